using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests;

/// <summary>Rule 9 through <c>kill -9</c>: what an answer said was counted is there, exactly once.</summary>
[Rule(9)]
public sealed class CrashTests
{
    private const int Kills = 10;
    private const int Licenses = 6;
    private const int Callers = 16;
    private readonly ConcurrentDictionary<(int License, string Key), bool> _acknowledged = new();
    private readonly string[] _keys = new string[Licenses];
    private readonly Random _random = new(20260310);
    private int _next;

    [Fact]
    public async Task Every_acknowledged_consume_survives_being_killed_ten_times_in_a_row()
    {
        using var folder = new DataFolder();
        using (var server = await ServerProcess.StartAsync(folder.Path))
        {
            await MakeLicensesAsync(server);
            await server.KillAsync();
        }

        for (var kill = 0; kill < Kills; kill++)
        {
            using var server = await ServerProcess.StartAsync(folder.Path);
            await LoadAndKillAsync(server, _random.Next(20, 1_500));
            var (code, output) = await ServerProcess.RunAsync("verify", "--data", folder.Path);
            Assert.True(code == 0, output);
        }

        using var last = await ServerProcess.StartAsync(folder.Path);
        await CheckAsync(last);
        await CheckBackupAsync(folder);
    }

    /// <summary>From another process than the server's, which goes on.</summary>
    private static async Task CheckBackupAsync(DataFolder folder)
    {
        using var backups = new DataFolder();
        var backup = Path.Combine(backups.Path, "today");
        var (made, said) = await ServerProcess.RunAsync("backup", "--data", folder.Path, "--to", backup);
        Assert.True(made == 0, said);
        var (code, output) = await ServerProcess.RunAsync("verify", "--data", backup);
        Assert.True(code == 0, output);
        Assert.Contains($"All agrees: {Licenses} licenses, ", output, StringComparison.Ordinal);
    }

    private async Task MakeLicensesAsync(ServerProcess server)
    {
        await ManageAsync(server, "/api/v1/features", new { code = "api_calls", kind = "metered", metric = "counter" });
        for (var i = 0; i < Licenses; i++)
        {
            var license = await ManageAsync(server, "/api/v1/licenses", new { tenant_id = $"tenant_{i}" });
            _keys[i] = license.GetProperty("key").GetString()!;
            await ManageAsync(
                server, $"/api/v1/licenses/{license.GetProperty("id").GetString()}/features",
                new { feature_code = "api_calls", reset = "month" });
        }
    }

    /// <summary>Loads the server from many sides and kills it when so many consumes of this round were acknowledged.</summary>
    private async Task LoadAndKillAsync(ServerProcess server, int killAfter)
    {
        var acknowledged = 0;
        var dead = new TaskCompletionSource();
        async Task CallAsync()
        {
            while (!dead.Task.IsCompleted)
            {
                var number = Interlocked.Increment(ref _next);
                var (license, key) = (number % Licenses, $"key-{number}");
                _acknowledged[(license, key)] = false;
                try
                {
                    using var response = await ConsumeAsync(server, license, key);
                    Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                }
                catch (HttpRequestException)
                {
                    // Killed in the middle: whether it was counted, the same key will tell.
                    return;
                }

                _acknowledged[(license, key)] = true;
                if (Interlocked.Increment(ref acknowledged) == killAfter)
                {
                    await server.KillAsync();
                    dead.SetResult();
                }
            }
        }

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(CallAsync)));
        Assert.True(acknowledged >= killAfter);
    }

    private async Task CheckAsync(ServerProcess server)
    {
        var used = new decimal[Licenses];
        await Parallel.ForEachAsync(_acknowledged, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (consume, _) =>
        {
            var ((license, key), acknowledged) = consume;
            using var response = await ConsumeAsync(server, license, key);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            if (acknowledged)
            {
                Assert.True(response.Headers.Contains("Idempotency-Replayed"), $"{key} was acknowledged and is not there.");
            }
        });

        // Every key that was ever sent has now been counted, so each must have been counted exactly once.
        for (var i = 0; i < Licenses; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/license/usage");
            request.Headers.Authorization = new("License", _keys[i]);
            using var response = await server.Client.SendAsync(request);
            var usage = await response.Content.ReadFromJsonAsync<JsonElement>();
            used[i] = usage.GetProperty("features")[0].GetProperty("used").GetDecimal();
            Assert.Equal(_acknowledged.Keys.Count(consume => consume.License == i), used[i]);
        }
    }

    private async Task<HttpResponseMessage> ConsumeAsync(ServerProcess server, int license, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/license/consume");
        request.Headers.Authorization = new("License", _keys[license]);
        request.Headers.Add("Idempotency-Key", key);
        request.Content = JsonContent.Create(new { feature_code = "api_calls", amount = 1 });
        return await server.Client.SendAsync(request);
    }

    private static async Task<JsonElement> ManageAsync(ServerProcess server, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Authorization = new("Bearer", ServerProcess.Token);
        request.Content = JsonContent.Create(body);
        using var response = await server.Client.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Created, answer);
        return JsonSerializer.Deserialize<JsonElement>(answer);
    }
}
