# One image for each of the six services, for `pavitra`, the simulator and the gateway; each is a target:
#
#   docker build --target auth-service .
#
# Every image holds one program and what it stands on. It runs as an account without rights, on a root that may be
# read-only, and knows by itself how to ask whether it is well.

# What decides which dependencies there are: manifests, the lock, and an empty source wherever one has to be. Its content
# is the same after every other change, so what is built on it stays in the cache.
FROM debian:bookworm-slim AS manifests
WORKDIR /src
COPY . .
RUN find . -type f ! -name Cargo.toml ! -name Cargo.lock ! -name lib.rs ! -name main.rs -delete \
    && truncate --size 0 $(find . -name lib.rs) \
    && echo 'fn main() {}' | tee $(find . -name main.rs) \
    && find . -type d -empty -delete

FROM rust:1.95-bookworm AS dependencies
WORKDIR /src
ENV CARGO_PROFILE_RELEASE_STRIP=symbols
ENV PROGRAMS="-p auth-service -p product-service -p order-service -p user-service -p payment-service \
    -p notification-service -p cli -p simulator"
COPY --from=manifests /src .
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    cargo build --locked --release --bins $PROGRAMS

# cargo goes by the time of a file, and ours may be older than what the empty ones were made into.
FROM dependencies AS build
COPY crates crates
COPY services services
COPY migrations migrations
COPY data data
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    find crates services -name '*.rs' -exec touch {} + \
    && cargo build --locked --release --bins $PROGRAMS

# The owner's runbook looks into a service with `ps`, which procps brings.
FROM debian:bookworm-slim AS runtime
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates procps \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* \
    && groupadd --gid 10001 pavitra \
    && useradd --uid 10001 --gid 10001 --home-dir /var/lib/pavitra --no-create-home --shell /usr/sbin/nologin pavitra \
    && install --directory --owner pavitra --group pavitra /var/lib/pavitra /var/lib/pavitra/mail /var/lib/pavitra/uploads \
        /var/lib/pavitra/search
COPY docker/answers /usr/local/bin/
USER 10001:10001
WORKDIR /var/lib/pavitra
ENV BIND_ADDRESS=0.0.0.0 MAIL_DIR=/var/lib/pavitra/mail UPLOADS_DIR=/var/lib/pavitra/uploads

FROM runtime AS pavitra
COPY --from=build /src/target/release/pavitra /usr/local/bin/
ENTRYPOINT ["pavitra"]

# What serves. READY is where it says that it does.
FROM runtime AS server
HEALTHCHECK --interval=5s --timeout=5s --start-period=30s --retries=3 CMD answers "$READY"

FROM server AS simulator
COPY --from=build /src/target/release/pavitra-simulator /usr/local/bin/
ENV READY=8090/_control/webhook
EXPOSE 8090
CMD ["pavitra-simulator", "--host", "0.0.0.0"]

FROM server AS auth-service
COPY --from=build /src/target/release/auth-service /usr/local/bin/
ENV READY=8001/health/ready
EXPOSE 8001
CMD ["auth-service"]

FROM server AS product-service
COPY --from=build /src/target/release/product-service /usr/local/bin/
ENV READY=8002/health/ready TMPDIR=/var/lib/pavitra/search
EXPOSE 8002
CMD ["product-service"]

FROM server AS order-service
COPY --from=build /src/target/release/order-service /usr/local/bin/
ENV READY=8003/health/ready
EXPOSE 8003
CMD ["order-service"]

FROM server AS user-service
COPY --from=build /src/target/release/user-service /usr/local/bin/
ENV READY=8004/health/ready
EXPOSE 8004
CMD ["user-service"]

FROM server AS payment-service
COPY --from=build /src/target/release/payment-service /usr/local/bin/
ENV READY=8005/health/ready
EXPOSE 8005
CMD ["payment-service"]

FROM server AS notification-service
COPY --from=build /src/target/release/notification-service /usr/local/bin/
ENV READY=8006/health/ready
EXPOSE 8006
CMD ["notification-service"]

# 101 is the image's own account nginx. Its start script would write into /etc/nginx, so it is left out.
FROM nginx:1.28-alpine AS gateway
COPY nginx/docker.conf /etc/nginx/nginx.conf
COPY nginx/snippets /etc/nginx/snippets
USER 101:101
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=5s --start-period=10s --retries=3 \
    CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/health"]
ENTRYPOINT ["nginx", "-g", "daemon off;"]
