using System.Net.Http.Headers;
using System.Text.Json;

namespace Metering.Api.Tests.Memory;

/// <summary>An answer that was read.</summary>
internal sealed record Reply(
    int Status, string? MediaType, JsonElement Json, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    /// <summary>The problem's code; of JSON:API's form too, which has it in capitals.</summary>
    public string Code => Json.TryGetProperty("code", out var code)
        ? code.GetString()!
        : Json.GetProperty("errors")[0].GetProperty("code").GetString()!.ToLowerInvariant();

    public IReadOnlyList<string> Pointers =>
        Json.TryGetProperty("errors", out var errors)
            ? [.. errors.EnumerateArray().Select(error => error.GetProperty("pointer").GetString()!)]
            : [];

    public static async Task<Reply> ReadAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsByteArrayAsync();
        var json = body.Length == 0 ? default : JsonDocument.Parse(body).RootElement.Clone();
        return new Reply(
            (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, json, response.Headers, response.Content.Headers);
    }

    public string Text(string name) => Json.GetProperty(name).GetString()!;

    public decimal Number(string name) => Json.GetProperty(name).GetDecimal();

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
