using System.Collections.Immutable;
using static Metering.Server.Demo.DemoCatalog;

namespace Metering.Server.Demo;

/// <summary>The customers of the demo: twelve tenants, each there to show something.</summary>
internal static class DemoLicenses
{
    /// <summary>The one of the tour that may use more.</summary>
    internal static readonly DemoLicense Acme = new("acme", Pro)
    {
        Daily = [DemoUse.Work(ApiCalls, 28, 4, 6, growth: 1.2), DemoUse.Work(Messages, 55, 4, 9)],
    };

    /// <summary>The one of the tour that has one message left.</summary>
    internal static readonly DemoLicense Globex = new("globex", Free)
    {
        Daily = [DemoUse.Work(Messages, 4, 2, 3)],
        Ends = (Messages, 99),
    };

    /// <summary>All of them.</summary>
    internal static readonly ImmutableArray<DemoLicense> All =
    [
        Acme,
        Globex,

        // Beyond its limit in every month; what is beyond has a price.
        new("initech", Team) { Daily = [DemoUse.Work(ApiCalls, 1_400, 8, 25, growth: 1.3)] },

        // Prepaid credit that runs low: topped up once, and nearly used up again.
        new("contoso", Prepaid)
        {
            Daily = [DemoUse.Work(Tokens, 4_600, 8, 12)],
            Once =
            [
                (0, _ => new OpenBalance { Unit = "credits", Amount = 450, LowAt = 45 }),
                (52, _ => new ChangeBalance
                {
                    Unit = "credits", Change = BalanceChange.TopUp, Amount = 215, Note = new Note { Reason = "Top-up", Reference = "INV-1017" },
                }),
            ],
        },

        // CPU cores over machines that come and go.
        new("fabrikam", null)
        {
            Features = [Assigned(Machines.FeatureCode, new Terms { Limit = 64 })],
            Daily =
            [
                DemoUse.Cores(
                    ("build-01", 16, 0, -1), ("build-02", 16, 0, -1), ("render-01", 8, 10, 55), ("build-03", 16, 30, -1), ("gpu-01", 8, 62, -1)),
            ],
        },

        // A fleet of sensors that report running totals, with a limit of which some rolls over.
        new("northwind", Fleet) { Daily = [DemoUse.Fleet(Telemetry, 20)] },

        // Seats that are taken and given back.
        new("tailspin", Team) { Daily = [DemoUse.Seats(Seats, 18), DemoUse.Work(ApiCalls, 300, 4, 18, growth: 1.5)] },

        // A game: people play at weekends.
        new("wingtip", Pro) { Daily = [DemoUse.Work(Messages, 30, 4, 40, weekend: 2.5)] },

        // Ten times as much as three months ago.
        new("litware", Team) { Daily = [DemoUse.Work(ApiCalls, 80, 6, 8, growth: 10)] },

        // Stopped paying, and was suspended.
        new("proseware", Pro)
        {
            Daily = [DemoUse.Until(70, DemoUse.Work(ApiCalls, 25, 3, 3, growth: 0.3))],
            Once = [(71, _ => new ChangeLicense { Suspended = true })],
        },

        // What support does: a recurring grant, and a correction with its reason.
        new("woodgrove", Pro)
        {
            Daily = [DemoUse.Work(ApiCalls, 45, 4, 5)],
            Once =
            [
                (3, _ => new AddGrant
                {
                    FeatureCode = ApiCalls, Amount = 400, Recurrence = Interval.Month, RolloverMax = 100,
                    Note = new Note { Reason = "Agreed with sales for the first year" },
                }),
                (47, _ => new DecrementUsage
                {
                    FeatureCode = ApiCalls, Amount = 20, Note = new Note { Reason = "An import ran twice", Reference = "SUP-4711" },
                }),
            ],
        },

        // One tenant with two licenses, of which one was upgraded.
        new("lamna", Free)
        {
            TimeZone = "Europe/Berlin",
            Daily = [DemoUse.Work(Messages, 20, 4, 7, growth: 3)],
            Once = [(14, plans => new SetPlans { Plans = [plans.Resolve(plans.FindPlan(Pro)!)] })],
        },
        new("lamna_staging", Free) { TenantId = "tenant_lamna", TimeZone = "Europe/Berlin", Daily = [DemoUse.Work(Messages, 3, 2, 2)] },
    ];
}
