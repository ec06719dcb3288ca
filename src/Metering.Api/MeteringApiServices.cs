using Metering.Reports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Metering.Api;

/// <summary>Registers the API's services.</summary>
public static class MeteringApiServices
{
    /// <summary>
    /// Registers what the routes need. The host registers its options (<see cref="MeteringOptionsServices"/>) and the ports
    /// <see cref="ILicenseMeters"/>, <see cref="ILedger"/>,
    /// <see cref="ILicenseDirectory"/>, <see cref="ICatalogStore"/>, <see cref="IRequestMemory"/>, <see cref="IDeadLetters"/>,
    /// <see cref="ITokens"/>, <see cref="IReadiness"/>, <see cref="IMeterClock"/>, <see cref="ILeaseKeys"/> and <see cref="IWebhooks"/>,
    /// and the <see cref="MeterRules"/> by which its licenses are decided. It may register
    /// <see cref="IEventIntake"/> and <see cref="IMigrations"/> in place of the ones that work in process, and <see
    /// cref="IExternalTokens"/>.
    /// </summary>
    public static IServiceCollection AddMeteringApi(this IServiceCollection services)
    {
        ContentCodings.BeStrict();
        // Try, all along: what the host has registered before stays.
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<SeldomLog>();
        services.TryAddSingleton<WebhookSender>();
        services.AddRouting();
        services.TryAddSingleton<ViewTokens>();
        services.TryAddSingleton<CustomerPage>();
        services.TryAddSingleton<Gate>();
        services.TryAddSingleton<TenantGate>();
        services.TryAddSingleton<CustomerReports>();
        services.TryAddSingleton<FailedLogins>();
        services.TryAddSingleton<RecentEvents>();
        services.TryAddSingleton<EventBatches>();
        services.TryAddSingleton<LicenseWalk>();
        services.TryAddSingleton<OverviewReading>();
        services.TryAddSingleton<EventLicenses>();
        services.TryAddSingleton<NotedMeters>();
        // By its class too: where a stream lies between, the host's port is another, and the stream asks this one where an event goes.
        services.TryAddSingleton<EventIntake>();
        services.TryAddSingleton<IEventIntake>(provider => provider.GetRequiredService<EventIntake>());
        services.TryAddSingleton<PlanMigration>();
        services.TryAddSingleton<IMigrations, InProcessMigrations>();
        services.TryAddSingleton<BodyMemory>();
        services.TryAddSingleton<RequestBodies>();
        services.TryAddSingleton<JsonBodies>();
        services.TryAddSingleton<RememberedCalls>();
        services.TryAddSingleton<Licenses>();
        services.TryAddSingleton<LicensePlans>();
        services.TryAddSingleton<LeaseTokens>();
        services.TryAddSingleton<ReportSources>();
        services.TryAddSingleton<UsageReports>();
        services.TryAddSingleton<QuotaReports>();
        services.TryAddSingleton<BillingReports>();
        services.TryAddSingleton<StatementReports>();

        // Whoever answers a route is registered by being in the table: a new route needs no line here.
        foreach (var route in ApiRoutes.All)
        {
            route.Register(services);
        }

        return services;
    }
}
