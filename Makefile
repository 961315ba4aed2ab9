# For fingers that type make. Everything is in ./dev.
.PHONY: run test check
run test check:
	@./dev $@
