"""Ask the web process of this container whether it answers; end with 1 where it does not."""

import os
import urllib.request

port = os.environ.get("SAMEN_BIND", ":8000").rpartition(":")[2]
host = os.environ.get("SAMEN_TRUSTED_HOSTS", "127.0.0.1").partition(",")[0]  # another name would be refused
urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": host}), timeout=2)
