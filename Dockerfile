# The single-process server. docs/server.md says how to run the image.
#
# The SDK version matches global.json. Both versions are pinned until Dependabot raises them; a test compares them.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
ARG VERSION=1.0.0
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src/ src/

# ReadyToRun: compiled for the image's architecture by the machine that builds. It starts in about three quarters of the time, and the first
# requests take about two thirds of the time.
ARG TARGETARCH
RUN dotnet publish src/Metering.Server --configuration Release --output /app --arch $TARGETARCH --no-self-contained -p:PublishReadyToRun=true \
    -p:Version=$VERSION -p:UseAppHost=false && mkdir /data

# No shell, no package manager, and an unprivileged user (1654) by default.
FROM mcr.microsoft.com/dotnet/aspnet:10.0.12-noble-chiseled
WORKDIR /app
COPY --from=build /app ./
COPY --from=build --chown=1654:1654 --chmod=0700 /data /data

# The base image sets a port too; without this, the server would get two.
ENV ASPNETCORE_HTTP_PORTS= \
    ASPNETCORE_URLS=http://0.0.0.0:8080 \
    Metering__Data=/data \
    DOTNET_EnableDiagnostics=0
USER 1654:1654
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["dotnet", "/app/Metering.Server.dll", "health"]
ENTRYPOINT ["dotnet", "/app/Metering.Server.dll"]
