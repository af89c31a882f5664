# One image for the web application, its worker and every command. Build the assets first: make assets
FROM python:3.11-slim-bookworm AS build
WORKDIR /build
COPY requirements.lock pyproject.toml README.md ./
COPY src ./src
RUN python -m venv /opt/plait \
 && /opt/plait/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock \
 && /opt/plait/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /srv/plait --shell /usr/sbin/nologin plait \
 && install -d -o plait -g plait -m 700 /srv/plait /run/plait-key
COPY --from=build /opt/plait /opt/plait
ENV PATH=/opt/plait/bin:$PATH PYTHONUNBUFFERED=1 PLAIT_HOME=/srv/plait PLAIT_KEY_FILE=/run/plait-key/partnership.key
USER plait
WORKDIR /srv/plait
VOLUME /srv/plait
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/ready', timeout=4)"]
CMD ["sh", "-c", "plait upgrade && exec plait serve --bind 0.0.0.0:8000"]
