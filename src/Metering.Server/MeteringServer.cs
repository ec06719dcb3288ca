using System.Text;
using Metering.Api;
using Metering.Server.Clock;
using Metering.Server.Demo;
using Metering.Reports;
using Metering.Server.Engine;
using Metering.Server.Exports;
using Metering.Server.Hosting;
using Metering.Server.Loops;
using Metering.Server.Storage;
using Metering.Server.Stores;
using Metering.Server.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Metering.Server;

/// <summary>The single-process server.</summary>
public static class MeteringServer
{
    internal const string DefaultUrl = "http://127.0.0.1:8080";

    /// <summary>A little over the API's largest body, so that the API itself answers what is too large.</summary>
    private const long MaxBodyBytes = 17 * 1024 * 1024;

    private const int ReadAhead = 64 * 1024;

    private static readonly Encoding ReadableHeaders = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    /// <summary>Builds a server that is ready to be started; its data directory is opened when it starts.</summary>
    /// <param name="args">The command line, as for the program.</param>
    /// <exception cref="CommandLineException">The command line is not understood.</exception>
    /// <exception cref="OptionsValidationException">Options are wrong; it names each of them.</exception>
    public static WebApplication Build(string[] args) => Build(ServerCommandLine.Parse(args));

    internal static WebApplication Build(ServerArguments arguments, Action<IServiceCollection>? add = null)
    {
        var builder = ServerConfiguration.Builder(arguments);
        ConfigureWeb(builder, arguments);
        builder.Services.AddMeteringOptions<ServerOptions>(builder.Configuration);
        string[] addresses = [.. Addresses(builder)];
        builder.Services.AddSingleton<IValidateOptions<ServerOptions>>(new AddressCheck(addresses));
        builder.Services.AddSingleton<IValidateOptions<ServerOptions>>(new TestClockCheck(addresses));
        ConfigureLogging(builder.Logging);
        AddHost(builder.Services);
        builder.Services.AddCors();
        builder.Services.AddMeteringApi();
        MeterTelemetry.AddTo(builder.Services, builder.Configuration);
        add?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseWebOptions(app.Services.GetRequiredService<ServerOptions>());
        app.MapMeteringApi();
        return app;
    }

    private static void ConfigureWeb(WebApplicationBuilder builder, ServerArguments arguments)
    {
        if (arguments.Urls is { } urls)
        {
            builder.WebHost.UseUrls(urls.Split([';', ','], StringSplitOptions.RemoveEmptyEntries));
        }
        else if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // A header that is not UTF-8 would be refused by the web server, without a word; so the API gets to see it, and says which one
            // it is.
            kestrel.RequestHeaderEncodingSelector = static _ => ReadableHeaders;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;

            // What the web server reads ahead of us lies outside of the API's own bound on bodies, on every connection.
            kestrel.Limits.MaxRequestBufferSize = ReadAhead;
            kestrel.Limits.Http2.InitialConnectionWindowSize = ReadAhead;
            kestrel.Limits.Http2.InitialStreamWindowSize = ReadAhead;
            kestrel.Limits.MaxConcurrentConnections = 10_000;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
    }

    private static IEnumerable<string> Addresses(WebApplicationBuilder builder)
    {
        var urls = builder.WebHost.GetSetting(WebHostDefaults.ServerUrlsKey)?.Split([';', ','], StringSplitOptions.RemoveEmptyEntries)
            ?? [];
        var endpoints = builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"])
            .OfType<string>();
        return urls.Concat(endpoints);
    }

    private static void ConfigureLogging(ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(console =>
            (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, "HH:mm:ss "));
        logging.AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
        logging.Services.AddOptions<ConsoleLoggerOptions>().Configure<ServerOptions>((console, options) =>
            console.FormatterName = options.JsonLogs ? ConsoleFormatterNames.Json : ConsoleFormatterNames.Simple);
    }

    private static void AddHost(IServiceCollection services)
    {
        services.AddSingleton(provider => new SystemMeterClock(
            TimeProvider.System, provider.GetRequiredService<ILogger<SystemMeterClock>>()));
        services.AddSingleton<TimeProvider, ServerTime>();
        services.AddSingleton(provider => DataDirectory.Take(provider.GetRequiredService<ServerOptions>().Data));
        services.AddSingleton<IMeterClock>(provider => provider.GetRequiredService<ServerOptions>().Demo
            ? new PastClock(ServerClock(provider))
            : ServerClock(provider));
        services.AddSingleton(provider => MeterEngine.Open(
            provider.GetRequiredService<DataDirectory>(),
            provider.GetRequiredService<ServerOptions>(),
            provider.GetRequiredService<IMeterClock>(),
            provider.GetRequiredService<ILogger<MeterEngine>>()));
        services.AddSingleton<ILicenseMeters>(provider => provider.GetRequiredService<MeterEngine>());
        services.AddSingleton<LoopStatuses>();
        services.AddSingleton<IReadiness, ServerReadiness>();
        services.AddSingleton<ILedger, SqliteLedger>();
        services.AddSingleton<ILicenseDirectory, SqliteLicenseDirectory>();
        services.AddSingleton<ICatalogStore, SqliteCatalog>();
        services.AddSingleton<IRequestMemory, SqliteRequestMemory>();
        services.AddSingleton<IDeadLetters, SqliteDeadLetters>();
        services.AddSingleton<ILeaseKeys, SqliteLeaseKeys>();
        services.AddSingleton<ISignalOutbox, SignalOutbox>();
        services.AddSingleton(provider => new WebhookStore(
            provider.GetRequiredService<DataDirectory>().WebhooksFile,
            () => provider.GetRequiredService<MeterEngine>().Store.Generation,
            provider.GetRequiredService<ISignalOutbox>(),
            provider.GetRequiredService<ServerOptions>().LockWait));
        services.AddSingleton<IWebhooks>(provider => provider.GetRequiredService<WebhookStore>());
        services.AddSingleton<KnownTokens>();
        services.AddSingleton<DemoHistory>();
        services.AddSingleton<ITokens>(provider => provider.GetRequiredService<KnownTokens>());

        // First: hosted services stop in reverse order, and ServerStart closes the engine, which the others use until they have stopped.
        services.AddHostedService<ServerStart>();
        services.AddHostedService<Retention>();
        services.AddHostedService<WebhookDispatcher>();
        AddExports(services);
    }

    private static void AddExports(IServiceCollection services)
    {
        services.AddSingleton(provider => provider.GetRequiredService<ServerOptions>().Exports);
        services.AddSingleton<SqliteExports>();
        services.AddSingleton<SqliteLedgerScan>();
        services.AddSingleton(provider => new FolderSink(provider.GetRequiredService<ServerOptions>().ExportsIn));
        services.AddSingleton(provider => new ExportPorts(
            provider.GetRequiredService<SqliteExports>(), provider.GetRequiredService<SqliteExports>(),
            provider.GetRequiredService<FolderSink>(), provider.GetRequiredService<SqliteLedgerScan>()));
        services.AddSingleton(provider => new ExportSources(
            provider.GetRequiredService<ILicenseDirectory>(), provider.GetRequiredService<ILedger>(),
            provider.GetRequiredService<SqliteLedgerScan>(), provider.GetRequiredService<ILicenseMeters>(),
            provider.GetRequiredService<MeterRules>()));
        services.AddSingleton(provider => new ExportRun(
            provider.GetRequiredService<ExportSources>(), provider.GetRequiredService<FolderSink>(),
            provider.GetRequiredService<SqliteExports>(), provider.GetRequiredService<IMeterClock>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new ScheduleRound(
            provider.GetRequiredService<SqliteExports>(), provider.GetRequiredService<SqliteExports>(),
            provider.GetRequiredService<IMeterClock>(), provider.GetRequiredService<MeterRules>()));
        services.AddSingleton<ClockSteadiness>();
        services.AddSingleton<ExportLoop>();
        services.AddHostedService(provider => provider.GetRequiredService<ExportLoop>());
    }

    private static IMeterClock ServerClock(IServiceProvider provider) => provider.GetRequiredService<ServerOptions>().TestClock
        ? TestMeterClock.Open(provider.GetRequiredService<DataDirectory>().Path, provider.GetRequiredService<TimeProvider>())
        : provider.GetRequiredService<SystemMeterClock>();
}
