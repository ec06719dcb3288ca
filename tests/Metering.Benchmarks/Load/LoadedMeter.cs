using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Metering.Benchmarks;

/// <summary>The meter as a child process, with licenses to put under load.</summary>
internal sealed class LoadedMeter : IAsyncDisposable
{
    private LoadedMeter(HostProcess host, byte[][] keys, byte[] hotKey)
    {
        Host = host;
        Keys = keys;
        HotKey = hotKey;
    }

    public HostProcess Host { get; }

    /// <summary>Keys of the licenses that share the load.</summary>
    public byte[][] Keys { get; }

    /// <summary>Key of the license that takes load alone.</summary>
    public byte[] HotKey { get; }

    /// <summary>Starts the meter of this build.</summary>
    public static Task<LoadedMeter> StartAsync(string dataDirectory, int licenses) =>
        StartAsync(Environment.ProcessPath!, new Dictionary<string, string>(), dataDirectory, licenses);

    /// <summary>Starts the meter of any build.</summary>
    /// <param name="executable">The benchmarks' executable, of this build or of another.</param>
    /// <param name="environment">Variables that it gets beside those of this process.</param>
    /// <param name="dataDirectory">Where its data are.</param>
    /// <param name="licenses">How many licenses share the load.</param>
    public static async Task<LoadedMeter> StartAsync(
        string executable, IReadOnlyDictionary<string, string> environment, string dataDirectory, int licenses)
    {
        var token = "mt_" + RandomNumberGenerator.GetHexString(40, lowercase: true);
        var host = await HostProcess.StartAsync(
            executable, new Dictionary<string, string>(environment) { ["METERING_BOOTSTRAP_TOKEN"] = token }, "meter", "--data",
            dataDirectory);
        using var http = new HttpClient { BaseAddress = host.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var made = await LoadedLicense.MakeAsync(http, licenses + 1);
        var keys = Array.ConvertAll(made, license => Encoding.ASCII.GetBytes(license.Key));
        return new LoadedMeter(host, keys[1..], keys[0]);
    }

    /// <summary>Makes sure that the hot license counted exactly what was acknowledged.</summary>
    /// <exception cref="InvalidOperationException">It did not.</exception>
    public async Task ExpectHotCountAsync(long acknowledged)
    {
        using var http = new HttpClient { BaseAddress = Host.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("License", Encoding.ASCII.GetString(HotKey));
        var usage = await http.GetFromJsonAsync<JsonElement>("/api/v1/license/usage");
        var used = usage.GetProperty("features")[0].GetProperty("used").GetDecimal();
        if (used != acknowledged)
        {
            throw new InvalidOperationException($"The hot license counted {used}, but {acknowledged} were acknowledged.");
        }
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
