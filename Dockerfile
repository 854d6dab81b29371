# One recipe for every process: docker build --build-arg PROJECT=Silo|Api|Web .
# The image holds exactly what `dotnet publish` writes.
ARG PROJECT
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG PROJECT
# The Web copies fonts from npm at build time.
RUN apt-get update && apt-get install -y --no-install-recommends nodejs npm && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN dotnet publish "src/${PROJECT}/${PROJECT}.csproj" -c Release -o /app --locked-mode

FROM mcr.microsoft.com/dotnet/aspnet:10.0
ARG PROJECT
ENV WEBRANA_ENTRY=Webrana.${PROJECT}.dll ASPNETCORE_HTTP_PORTS=8080
WORKDIR /app
COPY --from=build /app .
USER $APP_UID
EXPOSE 8080
ENTRYPOINT ["/bin/sh", "-c", "exec dotnet \"$WEBRANA_ENTRY\" \"$@\"", "webrana"]
