"""What every test may ask for. The fixtures are in tests/support/, one file per subject.

`app`, `database`, `client`, `count_queries`: databases.py. `clock`: clock.py. `index`: indexes.py. `live_server`:
live.py. `page`, `new_page`, `axe`: browser.py. `shared_data`: shared.py. `cast`: tests/cast.py. Which tests run, what
may be skipped: harness.py.
"""

pytest_plugins = (
    "pytester",
    "tests.support.harness",
    "tests.support.network",
    "tests.support.clock",
    "tests.support.databases",
    "tests.support.indexes",
    "tests.support.shared",
    "tests.support.live",
    "tests.support.browser",
    "tests.support.html5",
    "tests.cast",
)
