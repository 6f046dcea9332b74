# One image for site, desk, worker and migration; compose.yaml says which is which.
# It runs as an unprivileged user, writes nothing but /tmp, and holds no secret.

FROM python:3.13-slim AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
COPY requirements.txt /app/
RUN /venv/bin/pip install --no-deps --require-hashes --only-binary :all: -r /app/requirements.txt

WORKDIR /app
COPY . .
RUN CLINIC_BUILD=1 STATIC_ROOT=/static /venv/bin/python manage.py collectstatic --no-input \
    && /venv/bin/python -m compileall -q clinic_site pages intake /venv


FROM python:3.13-slim

RUN groupadd --gid 10001 clinic \
    && useradd --uid 10001 --gid clinic --no-create-home --shell /usr/sbin/nologin clinic
COPY --from=build /venv /venv
COPY --from=build /static /static
COPY --from=build /app /app

WORKDIR /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    CLINIC_PRODUCTION=1 \
    CLINIC_VAR=/tmp/clinic \
    INTAKE_KEYS=/keys \
    STATIC_ROOT=/static \
    BIND=0.0.0.0:8000
# The same version as clinic_site.__version__; a test compares the two.
LABEL org.opencontainers.image.title="Clinic website" \
    org.opencontainers.image.version="0.9.0.dev0" \
    org.opencontainers.image.licenses="MIT"
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-m", "clinic_site.health_probe"]

# A deployment with a mistake in it does not start.
CMD ["sh", "-c", "python manage.py check --deploy --fail-level ERROR && exec gunicorn --config clinic_site/gunicorn_settings.py clinic_site.wsgi"]
