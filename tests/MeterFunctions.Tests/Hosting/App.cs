using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Messaging.EventHubs.Producer;
using MeterFunctions.Entities;
using MeterFunctions.Hosting;
using MeterFunctions.Ingest;
using MeterFunctions.Licenses;
using MeterFunctions.Orchestrations;
using MeterFunctions.Storage;
using MeterFunctions.Turns;
using MeterFunctions.Webhooks;
using Metering;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Tests.Hosting;

/// <summary>The app's own services, on tables of their own and a task hub in memory, with a test clock.</summary>
internal sealed class App : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    private readonly ServiceProvider _services;
    private readonly EntityTaskHub _hub;

    public App(
        Azurite azurite,
        Dictionary<string,
        string?>? settings = null,
        HttpMessageHandler? storage = null,
        string? prefix = null,
        EntityTaskHub? hub = null,
        TimeProvider? time = null,
        EventHubProducerClient? events = null)
    {
        Prefix = prefix ?? $"T{Guid.NewGuid():N}"[..20];
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["MeteringStorage"] = azurite.ConnectionString,
            ["Metering:TablePrefix"] = Prefix,
            ["Metering:TestClock"] = "true",
        }).AddInMemoryCollection(settings ?? []).Build();
        var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddMeterFunctions(configuration);
        if (time is not null)
        {
            services.AddSingleton(time);
        }

        if (events is not null)
        {
            services.AddSingleton<IEventIntake>(provider => ActivatorUtilities.CreateInstance<HubEventIntake>(
                provider, events, provider.GetRequiredService<IOptions<FunctionsOptions>>().Value.AnswerWait));
        }

        if (storage is not null)
        {
            services.AddSingleton(new MeterTables(
                Client(StorageConnection.ClientOptions()), Client(StorageConnection.CommitOptions()), Prefix));
        }

        _services = services.BuildServiceProvider();
        _hub = hub ?? new TaskHub();
        if (_hub is TaskHub own)
        {
            (own.Counter, own.Delivery) = (new LicenseCounter(_services), new SignalDelivery(_services));
        }

        Get<DurableClients>().Use(_hub);

        TableServiceClient Client(TableClientOptions options)
        {
            options.Transport = new HttpClientTransport(storage);
            options.Retry.Delay = TimeSpan.FromMilliseconds(1);
            return new TableServiceClient(azurite.ConnectionString, options);
        }
    }

    public string Prefix { get; }

    public IServiceProvider Services => _services;

    /// <summary>Its task hub, where it is not a test's own.</summary>
    public TaskHub Hub => (TaskHub)_hub;

    public TableMeters Meters => (TableMeters)Get<ILicenseMeters>();

    public MeterTables Tables => Get<MeterTables>();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public ValueTask SetTimeAsync(DateTimeOffset now) => Get<HostClock>().SetAsync(now, CancellationToken.None);

    /// <summary>Opens a license that may use 1000 calls.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="limit">Its limit.</param>
    /// <param name="at">What the test clock is set to; null: the start.</param>
    public async Task<string> OpenAsync(string id = "lic_1", decimal limit = 1000, DateTimeOffset? at = null)
    {
        await SetTimeAsync(at ?? Start);
        var result = await Meters.ApplyAsync(id, Commands.Open(id, limit), null, CancellationToken.None);
        Assert.Equal(ApplyStatus.Applied, result.Status);
        return id;
    }

    public async Task<decimal> UsedAsync(string id) =>
        (await Meters.ReadAsync(id, CancellationToken.None))!.FindMeter(Commands.Calls)!.Used;

    public async Task<IReadOnlyList<LedgerEntry>> EntriesAsync(string id) =>
        (await Get<ILedger>().EntriesAsync(id, new LedgerQuery(null, null, null, null, 1000), CancellationToken.None)).Items;

    public async ValueTask DisposeAsync() => await _services.DisposeAsync();
}
