"""How pages are served, under `manage.py up` and in production alike. gunicorn reads this file by itself.

Threads, not async: the pages are WSGI, and ASGI with synchronous views costs several times as much.
"""

import os

wsgi_app = "portal.wsgi:application"
bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "1"))
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 60
graceful_timeout = 8
keepalive = 5
# A heartbeat written to a disk that is busy makes healthy workers look dead.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
control_socket_disable = True
loglevel = "warning"
