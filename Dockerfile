# The whole shop in one image; SERVICES names the services that a container runs.

FROM node:24-bookworm-slim AS build
WORKDIR /funshop
# Dependencies are a layer of their own, so that a change of the sources does not install them again. Without scripts, which would build
# before the sources are there.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts
# What the image is made of, in CycloneDX's form, for those who look for known weaknesses in images. "--omit=dev" would also leave out what both
# the shop and its tests need.
RUN npm pkg delete devDependencies && npm sbom --sbom-format=cyclonedx > sbom.json

FROM node:24-bookworm-slim
LABEL org.opencontainers.image.title="Funshop" \
      org.opencontainers.image.version="0.4.0" \
      org.opencontainers.image.description="An online shop as a cluster of Moleculer services" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    HEALTH_PORT=3030 \
    DATA_DIR=/data
WORKDIR /shop
COPY --from=build /funshop/package.json /funshop/sbom.json ./
COPY --from=build /funshop/node_modules node_modules
COPY --from=build /funshop/dist dist
# The only writable folders; /backup is for a volume of backups.
RUN install -d -o node -g node /data /backup
VOLUME /data
# A number, so that Kubernetes can verify that the user is not root.
USER 1000:1000
EXPOSE 8080 3030
CMD ["node", "dist/start.js"]
