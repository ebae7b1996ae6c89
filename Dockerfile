# The Node of package-lock.json, so that what is tested is what runs.
ARG NODE=24.21.0

FROM node:${NODE}-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# What only people and compilers read of the packages stays behind.
RUN npm ci --omit=dev --ignore-scripts \
 && find node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.md' \) -delete \
 && mkdir /data

FROM node:${NODE}-slim
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="SmartCloudOps AI" \
      org.opencontainers.image.description="Self-hosted ChatOps bot for Slack and Discord that learns what is normal from Prometheus" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production DATA_DIR=/data
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY src ./src
# The only place that is written to; a new volume takes its owner over.
COPY --from=packages --chown=node:node /data /data
VOLUME /data
USER node
EXPOSE 5000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 5000}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Node is process 1 itself and ends on SIGTERM.
STOPSIGNAL SIGTERM
CMD ["node", "src/main.ts"]
