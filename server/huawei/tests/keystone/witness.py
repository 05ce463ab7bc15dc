"""A Keystone with a small world in it, served on three free loopback ports until standard input ends.

Prints the ports on one line:

- Keystone as it is;
- Keystone in the vendor's dialect, which differs in one documented point: a project that is named in the scope of a
  password needs no account beside it, because it is the user's own
  (https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html);
- Keystone behind something that spoils requests, so that it answers as it does to those that it cannot read.

The world, all in the account `Default`: the user `operator` may enter the projects `north` and `north_branch`; the
project `foreign` belongs to the user `other`. After three wrong passwords a user is locked for a minute.
"""

import io
import json
import logging
import os
import pathlib
import shutil
import sys
import tempfile
import threading
import traceback
import warnings

warnings.filterwarnings("ignore")

from cryptography import fernet
from keystone.cmd import bootstrap
from keystone.common.sql import upgrades
from keystone.server import wsgi
from werkzeug import serving

PASSWORD = "Operator-1"


def prepare(place):
    for keys in ("fernet", "credential"):
        (place / keys).mkdir(mode=0o700)
        for number in "01":
            (place / keys / number).write_bytes(fernet.Fernet.generate_key())
    config = place / "keystone.conf"
    config.write_text(
        f"""
[DEFAULT]
log_file = {place}/keystone.log
[database]
connection = sqlite:///{place}/keystone.db
[fernet_tokens]
key_repository = {place}/fernet
[fernet_receipts]
key_repository = {place}/fernet
[credential]
key_repository = {place}/credential
[identity]
# The least there is: a test waits for every password.
password_hash_rounds = 4
[security_compliance]
lockout_failure_attempts = 3
lockout_duration = 60
"""
    )
    return config


def make_world():
    # The application has loaded them, and a second time is refused.
    bootstrap.backends.load_backends = lambda: None
    for user, project in (("operator", "north"), ("operator", "north_branch"), ("other", "foreign")):
        world = bootstrap.Bootstrapper()
        world.admin_role_name, world.immutable_roles = "admin", True
        world.admin_username, world.admin_password, world.project_name = user, PASSWORD, project
        world.bootstrap()


def between(application, change):
    """The application behind something that changes the documents on their way to it."""

    def pass_on(environ, start_response):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        try:
            document = json.loads(body)
            change(document["auth"])
            body = json.dumps(document).encode()
        except (ValueError, KeyError, TypeError):
            pass
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(body), str(len(body))
        return application(environ, start_response)

    return pass_on


def name_the_account(auth):
    if "name" in auth["scope"]["project"]:
        auth["scope"]["project"].setdefault("domain", auth["identity"]["password"]["user"]["domain"])


def lose_the_methods(auth):
    del auth["identity"]["methods"]


class Handler(serving.WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, *_):
        pass


def main():
    place = pathlib.Path(tempfile.mkdtemp(prefix="drydock-keystone-"))
    try:
        serve(place)
        # Whoever started this holds the other end: when that process ends, however it ends, so does this one.
        sys.stdin.buffer.read()
    except Exception:
        traceback.print_exc()
        sys.stderr.write((place / "keystone.log").read_text()[-4000:])
    finally:
        shutil.rmtree(place)
        # Threads of requests are not waited for.
        os._exit(0)


def serve(place):
    config = prepare(place)
    os.environ["OS_KEYSTONE_CONFIG_FILES"] = str(config)
    application = wsgi.initialize_public_application()
    upgrades.offline_sync_database_to_version()
    make_world()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    ports = []
    for served in (application, between(application, name_the_account), between(application, lose_the_methods)):
        server = serving.make_server("127.0.0.1", 0, served, threaded=True, request_handler=Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ports.append(str(server.server_port))
    print(" ".join(ports), flush=True)


main()
