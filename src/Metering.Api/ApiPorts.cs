using Microsoft.Extensions.Options;

namespace Metering.Api;

/// <summary>Everything that the routes reach the world through.</summary>
internal sealed class ApiPorts(
    NotedMeters meters,
    ILedger ledger,
    ILicenseDirectory directory,
    ICatalogStore catalog,
    IRequestMemory requests,
    IDeadLetters deadLetters,
    IReadiness readiness,
    IMeterClock clock,
    ILeaseKeys leaseKeys,
    IEventIntake events,
    IMigrations migrations,
    IWebhooks webhooks,
    ITokens tokens,
    EventLicenses eventLicenses,
    Gate gate,
    BodyMemory bodyMemory,
    IOptions<ApiOptions> options,
    IOptions<WebhookOptions> webhookOptions,
    TimeProvider time)
{
    public ILicenseMeters Meters { get; } = meters;

    public ILedger Ledger { get; } = ledger;

    public ILicenseDirectory Directory { get; } = directory;

    public ICatalogStore Catalog { get; } = catalog;

    public IRequestMemory Requests { get; } = requests;

    public IDeadLetters DeadLetters { get; } = deadLetters;

    public IReadiness Readiness { get; } = readiness;

    public IMeterClock Clock { get; } = clock;

    public IEventIntake Events { get; } = events;

    public IMigrations Migrations { get; } = migrations;

    public EventLicenses EventLicenses { get; } = eventLicenses;

    public Gate Gate { get; } = gate;

    public BodyMemory BodyMemory { get; } = bodyMemory;

    public ApiOptions Options { get; } = options.Value;

    public IWebhooks Webhooks { get; } = webhooks;

    public WebhookOptions WebhookOptions { get; } = webhookOptions.Value;

    public ITokens Tokens { get; } = tokens;

    /// <summary>Now, for webhooks: their receivers live in real time, also beside a test clock.</summary>
    public DateTimeOffset WebhookTime => UtcJsonConverter.WholeMilliseconds(time.GetUtcNow());

    public LeaseTokens LeaseTokens { get; } = new(leaseKeys, options.Value.Issuer);
}
