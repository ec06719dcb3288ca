using Metering.Client;
using Metering.Client.Admin;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Docs.Tests.Snippets;

/// <summary>
/// The C# that pages show, compiled here against the client; <see cref="SnippetTests"/> compares the two. The parameters are what the
/// pages take for granted. To compile the text of the pages itself would take a compiler in the tests, and five seconds of each run.
/// </summary>
internal static class ShownCode
{
    public static async Task StartAsync(string licenseKey)
    {
        await using var meter = new MeteringClient(new MeteringClientOptions
        {
            Address = new Uri("https://meter.example.com/"),
            LicenseKey = licenseKey,
        });

        var answer = await meter.ConsumeAsync("api_calls", 2);
        if (!answer.Allowed)
        {
            Console.WriteLine($"{answer.Refusal!.Code}: {answer.Used} of {answer.Limit} used, again at {answer.ResetsAt}");
        }
    }

    public static async Task ProduceAsync(string ingestToken)
    {
        await using var events = new MeteringEvents(new MeteringEventsOptions
        {
            Address = new Uri("https://meter.example.com/"),
            Token = ingestToken,
            QueueDirectory = "/var/lib/my-service/events",
        });

        events.Add(new UsageEvent { TenantId = "acme", Metric = "api_calls", Quantity = 3, UserId = "ada" });
    }

    public static void AddServices(WebApplicationBuilder builder, Uri address, string key, string token, string directory)
    {
        builder.Services.AddMetering(options => { options.Address = address; options.LicenseKey = key; });
        builder.Services.AddMeteringClients(options => options.Address = address);
        builder.Services.AddMeteringEvents(options =>
        {
            (options.Address, options.Token, options.QueueDirectory) = (address, token, directory);
        });
        builder.Services.AddMeteringAdmin(options => { options.Address = address; options.Token = token; });
    }

    public static async Task OperateAsync(string manageToken)
    {
        using var admin = new MeteringAdmin(new MeteringAdminOptions
        {
            Address = new Uri("https://meter.example.com/"),
            Token = manageToken,
        });

        var license = await admin.Licenses.CreateAsync(new NewLicense { TenantId = "acme", PlanId = "pro" });
        await admin.Grants.CreateAsync(license.Id, new NewGrant { FeatureCode = "api_calls", Amount = 500, Reason = "outage" });

        await foreach (var entry in admin.Ledger.FollowAsync(license.Id))
        {
            Console.WriteLine($"{entry.Sequence} {entry.Kind} {entry.Amount}");
        }
    }

    public static async Task<IResult> SpendAsync(MeteringClient meter)
    {
        await using var calls = await meter.LeaseAsync(new LeasedMeterOptions
        {
            FeatureCode = "api_calls",
            Directory = "/var/lib/my-service/leases",
        });

        if (!calls.TryConsume())
        {
            return TooManyRequests();
        }

        return Results.Ok();

        static IResult TooManyRequests() => Results.StatusCode(StatusCodes.Status429TooManyRequests);
    }

    public static async Task TravelAsync(MeteringClient meter, string jwks)
    {
        await using var renders = await meter.LeaseAsync(new LeasedMeterOptions
        {
            FeatureCode = "renders",
            Directory = "/var/lib/my-program/leases",
            LeaseTime = TimeSpan.FromHours(12),
            TrustedKeys = jwks, // the content of /.well-known/jwks.json, shipped with the program
        });

        var answer = await renders.ConsumeAsync();
        Console.WriteLine(answer);
    }

    public static void LimitAnApi(WebApplicationBuilder builder, Uri address, string licenseKey)
    {
        builder.Services.AddMetering(options => { options.Address = address; options.LicenseKey = licenseKey; });
        var app = builder.Build();

        app.MapGet("/weather", async (HttpContext http, MeteringClient meter) =>
        {
            var answer = await meter.ConsumeAsync("api_calls", 1, cancellationToken: http.RequestAborted);
            return answer.Allowed ? Results.Ok("sunny") : Results.Problem(answer.Refusal!.Code, statusCode: 429);
        });
    }

    public static async Task ChatAsync(MeteringClient meter)
    {
        await using var reservation = await meter.ReserveAsync("tokens", 4000, TimeSpan.FromMinutes(2));
        if (!reservation.Answer.Allowed)
        {
            return; // reservation.Answer says why, and how much is left
        }

        var tokens = 1250; // as the model reports
        await reservation.CommitAsync(tokens);
    }

    public static async Task RegisterAsync(MeteringClient meter)
    {
        var machine = await meter.SetMachineAsync("workstation-1", Environment.ProcessorCount);
        Console.WriteLine(machine);
    }

    public static async Task ReadAsync(Uri address, string ingestToken, CancellationToken cancellationToken)
    {
        await using var events = new MeteringEvents(new MeteringEventsOptions
        {
            Address = address,
            Token = ingestToken,
            QueueDirectory = "/var/lib/gateway/events",
        });

        events.Add(new UsageEvent { TenantId = "house_7", Metric = "energy", Quantity = 1013.25m, Key = "meter-a" });
        await events.FlushAsync(cancellationToken);
    }

    public static async Task RenderAsync(Uri address, string licenseKey, CancellationToken cancellationToken)
    {
        await using var meter = new MeteringClient(new MeteringClientOptions
        {
            Address = address,
            LicenseKey = licenseKey,
            QueueDirectory = "/var/lib/my-program/meter",
            OfflineLimit = 20,
        });

        var answer = await meter.ConsumeAsync("renders", 1, cancellationToken: cancellationToken);
        Console.WriteLine(answer);
    }
}
