using Metering.Client;
using Samples.AiChat;

var options = new MeteringClientOptions
{
    Address = new Uri(Environment.GetEnvironmentVariable("METER_URL") ?? "http://127.0.0.1:8080"),
    // The prepaid customer of the server's demo.
    LicenseKey = Environment.GetEnvironmentVariable("METER_KEY") ?? "lk_demo_contoso_".PadRight(44, '0'),
};
await using var meter = new MeteringClient(options);
return await new Chat(meter, new ToyModel(), Console.Out).RunAsync(args.Length > 0 ? args : ["What is metering?"]);
