using Metering.Client;
using Samples.OfflineTool;

if (args.Length == 0)
{
    await Console.Error.WriteLineAsync("usage: OfflineTool FILE… (stamps each file; one message of the license for each)");
    return 2;
}

var options = new MeteringClientOptions
{
    Address = new Uri(Environment.GetEnvironmentVariable("METER_URL") ?? "http://127.0.0.1:8080"),
    // A customer of the server's demo.
    LicenseKey = Environment.GetEnvironmentVariable("METER_KEY") ?? "lk_demo_acme_".PadRight(44, '0'),
    // People wait for this tool, so it gives up on a missing connection quickly.
    AttemptTimeout = TimeSpan.FromSeconds(2),
    MaxRetries = 0,
};
var leases = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "OfflineTool", "leases");
await using var meter = new MeteringClient(options);
return await new StampTool(meter, leases, Console.Out).RunAsync(args);
