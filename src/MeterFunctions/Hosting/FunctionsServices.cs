using MeterFunctions.Evidence;
using MeterFunctions.Exports;
using MeterFunctions.Ingest;
using MeterFunctions.Licenses;
using MeterFunctions.Orchestrations;
using MeterFunctions.Retention;
using MeterFunctions.Storage;
using MeterFunctions.Turns;
using MeterFunctions.Webhooks;
using Metering;
using Metering.Api;
using Metering.Reports;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Hosting;

/// <summary>Registers what the app is made of.</summary>
public static class FunctionsServices
{
    /// <summary>
    /// Registers the ports that <c>Metering.Api</c> needs, and the API itself. Options are validated when the app starts.
    /// </summary>
    public static IServiceCollection AddMeterFunctions(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddMeteringOptions<FunctionsOptions>(configuration);
        services.AddSingleton<IValidateOptions<FunctionsOptions>>(new TestClockCheck(configuration));
        services.TryAddSingleton(TimeProvider.System);

        services.AddSingleton<StorageTime>();
        services.AddSingleton(provider => SettingFaults.Of(configuration, provider.GetRequiredService<IOptions<FunctionsOptions>>().Value));
        services.AddHostedService<SettingFaultsReport>();
        services.AddSingleton(provider => provider.GetRequiredService<SettingFaults>().Storage is { } fault
            ? new MeterTables(fault)
            : new MeterTables(
                configuration, provider.GetRequiredService<IOptions<FunctionsOptions>>(), provider.GetRequiredService<StorageTime>()));
        services.AddSingleton<RowPages>();
        services.AddSingleton<HostClock>();
        services.AddSingleton<IMeterClock>(provider => provider.GetRequiredService<HostClock>());
        services.AddSingleton<TableLedger>();
        services.AddSingleton<ILedger>(provider => provider.GetRequiredService<TableLedger>());
        services.AddSingleton<WalkParts>();
        services.AddSingleton<TableVerification>();
        services.AddSingleton<DirectoryCheck>();
        services.AddSingleton<OutboxCheck>();
        services.AddSingleton<LicenseLook>();
        services.AddSingleton<Verification>();
        services.AddSingleton<LicenseIndex>();
        services.AddSingleton<ListNotes>();
        services.AddSingleton<ILicenseDirectory, TableLicenseDirectory>();
        services.AddSingleton<ICatalogStore, TableCatalogStore>();
        services.AddSingleton<IRequestMemory, TableRequestMemory>();
        services.AddSingleton<IDeadLetters, TableDeadLetters>();
        services.AddSingleton<ITokens, TableTokens>();
        services.AddSingleton<IReadiness, TableReadiness>();
        services.AddSingleton<ILeaseKeys, TableLeaseKeys>();
        services.AddSingleton<TableWebhooks>();
        services.AddSingleton<IWebhooks>(provider => provider.GetRequiredService<TableWebhooks>());
        services.AddSingleton<TableDeliveries>();
        services.AddSingleton<DeliveryGate>();
        services.AddSingleton<SignalOutbox>();
        services.AddHostedService<SweepStart>();

        services.AddSingleton<DurableClients>();
        services.AddSingleton<Http.ApiAnswers>();
        services.AddSingleton<LicensePartition>();
        services.AddSingleton<KnownLicenses>();
        services.AddSingleton<LicenseWriter>();
        services.AddSingleton<AnswersHere>();
        services.AddSingleton<EntityMessages>();
        services.AddSingleton<RemoteAnswers>();
        services.AddSingleton<LaneParts>();
        services.AddSingleton<ILicenseMeters, TableMeters>();

        services.AddSingleton<DueLicenses>();
        services.AddSingleton<ForgottenIdentities>();
        services.AddSingleton<RetentionMark>();
        services.AddSingleton<KeyMemoryMark>();
        services.AddSingleton<EvidenceCut>();
        services.AddSingleton<DeletedLicenses>();
        services.AddSingleton<LicenseRetention>();
        services.AddSingleton<RetentionWalk>();
        services.AddHostedService<RetentionWorker>();

        services.AddSingleton<MigrationRecords>();
        services.AddSingleton<IMigrations, OrchestratedMigrations>();
        services.AddSingleton<HubLetters>();
        services.AddSingleton<HubIngest>();
        if (HubConnection.IsConfigured(configuration))
        {
            services.AddSingleton<IEventIntake>(provider =>
            {
                if (provider.GetRequiredService<SettingFaults>().Hub is { } fault)
                {
                    return new NoHub(fault);
                }

                var options = provider.GetRequiredService<IOptions<FunctionsOptions>>().Value;
                return ActivatorUtilities.CreateInstance<HubEventIntake>(
                    provider, HubConnection.Open(configuration, options), options.AnswerWait);
            });
        }

        AddExports(services, configuration);
        MeterTelemetry.AddTo(services, configuration);
        return services.AddMeteringApi();
    }

    private static void AddExports(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<FunctionsOptions>>().Value.Exports);
        services.AddSingleton<TableExports>();
        services.AddSingleton<IExportJobs>(provider => provider.GetRequiredService<TableExports>());
        services.AddSingleton<IExportSchedules>(provider => provider.GetRequiredService<TableExports>());
        services.AddSingleton<ILedgerScan, TableLedgerScan>();
        services.AddSingleton<IExportSink>(provider => new BlobExportSink(() => BlobContainer.Open(
            configuration, provider.GetRequiredService<IOptions<FunctionsOptions>>().Value.ExportContainer)));
        services.AddSingleton<ExportPorts>();
        services.AddSingleton<ExportSources>();
        services.AddSingleton<ExportRun>();
        services.AddSingleton<ScheduleRound>();
        services.AddSingleton<ExportPlanning>();
    }
}
