# syntax=docker/dockerfile:1
FROM python:3.11-slim-bookworm AS build
WORKDIR /srv/signet
COPY requirements.txt .
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin signet
COPY --from=build /opt/venv /opt/venv
WORKDIR /srv/signet
COPY manage.py ./
COPY idp idp
COPY accounts accounts
COPY oauth oauth
COPY templates templates
COPY locale locale
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=idp.settings
# Static files under hashed names; the settings it needs are made up and end with this line.
RUN SIGNET_ISSUER=http://localhost SIGNET_EMBEDDED=true SIGNET_SECRET_KEY=0123456789012345678901234567890123456789 \
    SIGNET_KEYS=build:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA SIGNET_DATABASE_URL=postgresql:///none \
    SIGNET_VALKEY_URL=redis://none SIGNET_QUEUE_URL=redis://none \
    python manage.py collectstatic --noinput
USER 10001
EXPOSE 8000
CMD ["python", "-m", "idp.serve", "--host", "0.0.0.0", "--port", "8000"]
