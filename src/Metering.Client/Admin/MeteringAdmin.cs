using System.Net.Http.Headers;

namespace Metering.Client.Admin;

/// <summary>
/// The meter, for operators: catalog, licenses, grants, reports, evidence, exports, webhooks, tokens. Safe for many threads; make one and
/// keep it.
/// </summary>
/// <remarks>
/// Every call may throw <see cref="MeteringProblemException"/> (the meter refused it, and says why) and
/// <see cref="MeteringUnavailableException"/> (the meter can't be reached, or is busy); and, where it takes an id, code or name,
/// <see cref="ArgumentException"/> (it is empty, <c>.</c> or <c>..</c>). A list is asked for part by part as it is read. Kinds and statuses
/// are the meter's own words, so that those of a newer meter can be read.
/// </remarks>
public sealed class MeteringAdmin : IDisposable
{
    private readonly MeterHttp _http;

    /// <summary>An operator's client with a connection pool of its own.</summary>
    /// <param name="options">Where the meter is.</param>
    /// <exception cref="ArgumentException">An option can't be used; the message names it.</exception>
    public MeteringAdmin(MeteringAdminOptions options)
        : this(options, NewHttp(options), TimeProvider.System)
    {
    }

    internal MeteringAdmin(MeteringAdminOptions options, HttpClient http, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _http = new MeterHttp(http, options.Address!, new AuthenticationHeaderValue("Bearer", options.Token));
        var ways = new AdminHttp(_http, options.AttemptTimeout, clock);
        Catalog = new CatalogAdmin(ways);
        Licenses = new LicensesAdmin(ways);
        Usage = new UsageAdmin(ways);
        Grants = new GrantsAdmin(ways);
        Balances = new BalancesAdmin(ways);
        Reports = new ReportsAdmin(ways);
        Ledger = new LedgerAdmin(ways, clock);
        Events = new EventsAdmin(_http, ways, clock);
        DeadLetters = new DeadLettersAdmin(ways);
        Exports = new ExportsAdmin(ways, clock);
        Schedules = new SchedulesAdmin(ways);
        Webhooks = new WebhooksAdmin(ways);
        Tokens = new TokensAdmin(ways);
        Service = new ServiceAdmin(_http, ways);
    }

    /// <summary>What can be sold.</summary>
    public CatalogAdmin Catalog { get; }

    /// <summary>Licenses and their features.</summary>
    public LicensesAdmin Licenses { get; }

    /// <summary>How one license stands, and corrections of its use.</summary>
    public UsageAdmin Usage { get; }

    /// <summary>Extra allowance.</summary>
    public GrantsAdmin Grants { get; }

    /// <summary>Prepaid credit.</summary>
    public BalancesAdmin Balances { get; }

    /// <summary>What tenants used, how they stand, what it costs.</summary>
    public ReportsAdmin Reports { get; }

    /// <summary>The evidence of every change.</summary>
    public LedgerAdmin Ledger { get; }

    /// <summary>What comes in, and events that are sent at once.</summary>
    public EventsAdmin Events { get; }

    /// <summary>Events that could not be counted.</summary>
    public DeadLettersAdmin DeadLetters { get; }

    /// <summary>Files of what was counted.</summary>
    public ExportsAdmin Exports { get; }

    /// <summary>Files that come by themselves.</summary>
    public SchedulesAdmin Schedules { get; }

    /// <summary>Who is told of signals.</summary>
    public WebhooksAdmin Webhooks { get; }

    /// <summary>Credentials of operators and producers.</summary>
    public TokensAdmin Tokens { get; }

    /// <summary>The meter itself: health, version, test clock.</summary>
    public ServiceAdmin Service { get; }

    /// <summary>Closes its connections.</summary>
    public void Dispose() => _http.Dispose();

    private static HttpClient NewHttp(MeteringAdminOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        return MeterHttp.NewHttp(options.AttemptTimeout, options.MaxRetries);
    }
}
