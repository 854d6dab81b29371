# One recipe for every process: docker build --build-arg PROJECT=src/Silo --build-arg ENTRY=Webrana.Silo.dll .
# The image holds exactly what `dotnet publish` writes, and runs it as an unprivileged user.
ARG PROJECT=src/Silo
ARG ENTRY=Webrana.Silo.dll
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG PROJECT
# The Web copies fonts and the consoles' viewers from npm at build time.
RUN apt-get update && apt-get install -y --no-install-recommends nodejs npm && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN dotnet restore "${PROJECT}" --locked-mode && dotnet publish "${PROJECT}" -c Release -o /app --no-restore

FROM mcr.microsoft.com/dotnet/aspnet:10.0
ARG ENTRY
# 8080 serves; 9464 is for Prometheus and is published nowhere.
ENV WEBRANA_ENTRY=${ENTRY} ASPNETCORE_HTTP_PORTS=8080;9464 Telemetry__MetricsPort=9464
WORKDIR /app
COPY --from=build /app .
# Volumes that are mounted here belong to the process.
RUN mkdir /keys /state && chown "$APP_UID" /keys /state
USER $APP_UID
EXPOSE 8080
ENTRYPOINT ["/bin/sh", "-c", "exec dotnet \"$WEBRANA_ENTRY\" \"$@\"", "webrana"]
