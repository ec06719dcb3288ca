using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Metering.Api;

namespace Metering.Server.Hosting;

/// <summary>Calls the token routes of a server that runs.</summary>
internal sealed class TokenCaller : IDisposable
{
    private const string Route = "api/v1/tokens";
    private readonly HttpClient _http;
    private readonly Uri _url;

    /// <param name="url">Where the server listens, with a slash at the end.</param>
    /// <param name="token">A token that may manage.</param>
    internal TokenCaller(Uri url, string token)
    {
        _url = url;
        _http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(30) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Makes a token; the answer is the token itself.</summary>
    internal async Task<string> CreateAsync(TokenRequest request, CancellationToken cancellationToken)
    {
        var body = JsonContent.Create(new { name = request.Name, scopes = request.Scopes, tenant_id = request.TenantId });
        var answer = await SendAsync(HttpMethod.Post, Route, body, cancellationToken);
        return Expected(answer).GetProperty("token").GetString()!;
    }

    /// <summary>Every token, in the order of their ids.</summary>
    internal async Task<IReadOnlyList<TokenRecord>> ListAsync(CancellationToken cancellationToken)
    {
        var tokens = new List<TokenRecord>();
        string? cursor = null;
        do
        {
            var next = cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor);
            var page = Expected(await SendAsync(HttpMethod.Get, Route + "?limit=1000" + next, null, cancellationToken));
            tokens.AddRange(page.GetProperty("items").EnumerateArray().Select(Read));
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);
        return tokens;
    }

    /// <summary>Takes a token away.</summary>
    /// <returns>Why the server did not; null when it did.</returns>
    internal async Task<string?> RevokeAsync(string id, CancellationToken cancellationToken)
    {
        var (status, json) = await SendAsync(HttpMethod.Delete, $"{Route}/{Uri.EscapeDataString(id)}", null, cancellationToken);
        return status is HttpStatusCode.NotFound or HttpStatusCode.Conflict ? json.GetProperty("detail").GetString()
            : status == HttpStatusCode.NoContent ? null
            : throw Unexpected(status, json);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static TokenRecord Read(JsonElement token) => new(
        token.GetProperty("id").GetString()!,
        token.GetProperty("name").GetString()!,
        [.. token.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()!)],
        token.GetProperty("source").GetString() == "stored" ? TokenSource.Stored : TokenSource.Configured,
        token.GetProperty("created_at").ValueKind == JsonValueKind.Null ? null : token.GetProperty("created_at").GetDateTimeOffset())
    {
        TenantId = token.GetProperty("tenant_id").GetString(),
    };

    private JsonElement Expected((HttpStatusCode Status, JsonElement Json) answer) =>
        (int)answer.Status < 300 ? answer.Json : throw Unexpected(answer.Status, answer.Json);

    private CommandLineException Unexpected(HttpStatusCode status, JsonElement json) => new(
        $"{_url} answered {(int)status}: "
        + (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("detail", out var detail) ? detail.GetString() : "this is not an answer of a meter."));

    private async Task<(HttpStatusCode Status, JsonElement Json)> SendAsync(
        HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return (response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException
            || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new CommandLineException($"{_url} cannot be reached: {e.Message}", e);
        }
    }
}
