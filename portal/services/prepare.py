"""What must be true before the first page: roles, schema, translations, demo data. Run once by each `manage.py up`.

    python -m portal.services.prepare

Its environment: DATABASE_URL is the owner's; JIAMENKOU_APP_DATABASE_URL the application's; JIAMENKOU_CLUSTER names the
private cluster to furnish first, as JSON, when there is one. It ends with 0 and the file JIAMENKOU_PREPARED, or with
one sentence and 2.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from portal.services.broker import Broker
from portal.services.cluster import Cluster, child_command
from portal.services.errors import CannotStart
from portal.services.postgres import Binaries
from portal.services.translations import compile_stale

BASE_DIR = Path(__file__).resolve().parents[2]


def main() -> int:
    try:
        compile_stale(BASE_DIR / "locale")
        wait_for_servers()
        migrate()
        if os.environ.get("DEMO") == "1":
            furnish_demo()
    except CannotStart as error:
        print(error, file=sys.stderr, flush=True)
        return 2
    Path(os.environ["JIAMENKOU_PREPARED"]).write_text(os.environ["JIAMENKOU_RUN"])
    return 0


def wait_for_servers() -> None:
    """Wait for our own servers and give the database its roles. Servers named by URL are not ours to furnish."""
    facts = json.loads(os.environ.get("JIAMENKOU_CLUSTER", "null"))
    if facts:
        nothing = Binaries(Path(), "0", "installed", Path())  # reaching it needs no programs
        cluster = Cluster(nothing, Path(facts["data"]), Path(facts["sockets"]), Path(facts["passwords"]))
        cluster.wait_ready(60)
        cluster.furnish()
    broker = os.environ.get("JIAMENKOU_BROKER")
    if broker:
        Broker(Path(), Path(), Path(broker)).wait_ready(30)


def migrate() -> None:
    """Bring the schema up to this code. Raises CannotStart when the data is newer than the code."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise CannotStart(f"连不上数据库：{reason}", f"The database cannot be reached: {reason}") from error
    known, applied = executor.loader.disk_migrations, set(executor.loader.applied_migrations)
    ours = {label for label, _ in known}
    # What was folded into one file is known by its old names too.
    folded = {key for migration in known.values() for key in migration.replaces}
    newer = sorted(f"{app}.{name}" for app, name in applied - set(known) - folded if app in ours)
    if newer:
        raise CannotStart(
            f"这份数据是较新版本的家门口建的（{newer[-1]}）。"
            "请更新程序，或换一个数据文件夹：JIAMENKOU_DATA=/路径 make up",
            f"This data was made by a newer version of the portal ({newer[-1]}). Update the program, or name another "
            "data folder: JIAMENKOU_DATA=/path make up",
        )
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("正在准备数据库… (preparing the database)", flush=True)
        call_command("migrate", interactive=False, verbosity=0)


def furnish_demo() -> None:
    """Load the demo into a database with nobody in it, as the application's role: the trail's walls hold for it too."""
    from django.contrib.auth import get_user_model
    from django.core.management import get_commands

    if "demo" not in get_commands() or get_user_model().objects.exists():
        return
    print("正在装入演示数据… (loading the demo)", flush=True)
    environment = dict(os.environ, DATABASE_URL=os.environ["JIAMENKOU_APP_DATABASE_URL"])
    command = child_command(
        [sys.executable, str(BASE_DIR / "manage.py"), "demo", "--quiet", "--skip-checks"], signum=signal.SIGTERM
    )
    if subprocess.run(command, env=environment, check=False, cwd=BASE_DIR).returncode:
        raise CannotStart("演示数据没有装进去，原因见上面。", "The demo could not be loaded; the reason is above.")
    analyze()


def analyze() -> None:
    """Tell the planner what has just been loaded; only the owner may, and the first page should not wait for it."""
    from django.db import connection

    with connection.cursor() as cursor:
        tables = ", ".join(connection.ops.quote_name(name) for name in connection.introspection.table_names(cursor))
        cursor.execute(f"ANALYZE {tables}")


if __name__ == "__main__":
    sys.exit(main())
