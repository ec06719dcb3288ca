using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using Metering;

namespace MeterFunctions.Tests.Licenses;

/// <summary>In which order a commit writes what belongs to it and lies elsewhere.</summary>
[Collection(StorageCollection.Name)]
public sealed class CommitOrderTests(Azurite azurite)
{
    [Fact]
    public async Task A_change_is_announced_in_the_lists_and_then_intended_and_then_committed()
    {
        using var storage = new SeenStorage();
        await using var app = new App(azurite, new() { ["Metering:Turns"] = "WhenContended" }, storage);
        await app.OpenAsync();
        await app.Get<ILicenseDirectory>().AddAsync(
            new LicenseRecord { Id = "lic_1", TenantId = "tenant_1", KeyHash = "hash", CreatedAt = App.Start }, default);
        storage.Writes.Clear();

        await app.Meters.ApplyAsync("lic_1", new ChangeLicense { Suspended = true }, null, default);

        // The sweep takes an intent of some age for one whose commit has failed, so nothing may come between the two.
        var written = storage.Writes.ConvertAll(path => path.Split('/')[2].Split('(')[0].Replace(app.Prefix, "", StringComparison.Ordinal));
        var commit = written.IndexOf("$batch");
        Assert.Equal([TableKeys.LiveLicenses, TableKeys.Tenants], written[..(commit - 1)].Order(StringComparer.Ordinal));
        Assert.Equal(TableKeys.Intents, written[commit - 1]);
    }

    /// <summary>The way to the storage, on which it is noted what is written where.</summary>
    private sealed class SeenStorage() : DelegatingHandler(new SocketsHttpHandler())
    {
        public List<string> Writes { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method != HttpMethod.Get)
            {
                lock (Writes)
                {
                    Writes.Add(request.RequestUri!.AbsolutePath);
                }
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
