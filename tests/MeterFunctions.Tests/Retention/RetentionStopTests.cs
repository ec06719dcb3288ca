using MeterFunctions.Retention;
using MeterFunctions.Tests.Hosting;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Tests.Retention;

/// <summary>What an instance that ends does with the license that retention is looking after.</summary>
[Collection(StorageCollection.Name)]
public sealed class RetentionStopTests(Azurite azurite)
{
    [Fact]
    public async Task A_stop_in_the_middle_of_a_license_ends_the_worker_and_is_told_as_no_fault()
    {
        using var stop = new CancellationTokenSource();
        using var storage = new StoppingStorage();
        using var log = new LogRecords();
        using var logs = LoggerFactory.Create(builder => builder.AddProvider(log));
        await using var app = new App(azurite, RetentionRun.Settings, storage);
        await RetentionRun.UseAsync(app, days: 2);
        await app.SetTimeAsync(RetentionRun.Day(60));
        var due = new DueLicenses();
        due.TryAdd(RetentionRun.License);
        using var worker = new RetentionWorker(due, app.Get<LicenseRetention>(), logs.CreateLogger<RetentionWorker>());
        storage.Stop = stop;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => worker.StepAsync(stop.Token));

        Assert.Empty(log.Texts);
    }

    /// <summary>The way to the storage, on which the next request meets the end of the process.</summary>
    private sealed class StoppingStorage() : DelegatingHandler(new SocketsHttpHandler())
    {
        public CancellationTokenSource? Stop { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Stop is { } stop)
            {
                await stop.CancelAsync();
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
