using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Metering.Conformance.Client;

/// <summary>An answer of the host, with assertions that say the whole exchange when they fail.</summary>
public sealed class Reply
{
    private const int MaxLengthInMessage = 2000;
    private readonly string request;
    private readonly HttpResponseHeaders headers;
    private JsonElement? json;

    public Reply(string request, HttpResponseMessage response, string text)
    {
        this.request = request;
        headers = response.Headers;
        Status = (int)response.StatusCode;
        MediaType = response.Content.Headers.ContentType?.MediaType;
        Allow = [.. response.Content.Headers.Allow];
        Location = response.Headers.Location?.ToString();
        Text = text;
    }

    public int Status { get; }

    public string? MediaType { get; }

    public IReadOnlyList<string> Allow { get; }

    public string? Location { get; }

    public string Text { get; }

    public JsonElement Json
    {
        get
        {
            try
            {
                return json ??= JsonDocument.Parse(Text).RootElement;
            }
            catch (JsonException)
            {
                throw Failure("a JSON body");
            }
        }
    }

    /// <summary>The value at a path such as <c>balance.available</c> or <c>errors.0.pointer</c>.</summary>
    public JsonElement this[string path] => TryFind(path, out var value) ? value : throw Failure($"a field {path}");

    public bool Contains(string path) => TryFind(path, out _);

    public string String(string path) => this[path].GetString() ?? throw Failure($"a string {path}");

    public decimal Number(string path) => this[path].GetDecimal();

    public DateTimeOffset Time(string path) => DateTimeOffset.Parse(String(path), CultureInfo.InvariantCulture);

    public IReadOnlyList<JsonElement> List(string path) => [.. this[path].EnumerateArray()];

    public IReadOnlyList<JsonElement> Items => List("items");

    public string? Header(string name) => headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    public Reply Is(params int[] statuses) => statuses.Contains(Status) ? this : throw Failure("status " + string.Join(" or ", statuses));

    public Reply Succeeds() => Status is >= 200 and < 300 ? this : throw Failure("success");

    /// <summary>A field has a value. Numbers are compared as decimals, times as moments.</summary>
    public Reply Has(string path, object? expected) =>
        Same(this[path], expected) ? this : throw Failure($"{path} = {Convert.ToString(expected, CultureInfo.InvariantCulture) ?? "null"}");

    public Reply HasHeader(string name, string value) =>
        Header(name) == value ? this : throw Failure($"header {name}: {value}, got {Header(name) ?? "none"}");

    public Reply HasNoHeader(string name) => Header(name) is null ? this : throw Failure($"no header {name}, got {Header(name)}");

    /// <summary>A problem document with this status and code.</summary>
    public Reply Refuses(int status, string code)
    {
        Is(status);
        return IsProblem().Has("code", code);
    }

    /// <summary>400 <c>invalid_request</c> that names the field.</summary>
    public Reply RefusesField(string pointer)
    {
        Refuses(400, "invalid_request");
        return List("errors").Any(error => error.GetProperty("pointer").GetString() == pointer)
            ? this
            : throw Failure($"an error at {pointer}");
    }

    /// <summary>Some refusal by the caller's fault, as a problem document: where the contract leaves the code open.</summary>
    public Reply RefusesSomehow() => Status is >= 400 and < 500 ? IsProblem() : throw Failure("a status from 400 to 499");

    public Reply IsProblem()
    {
        if (MediaType != "application/problem+json")
        {
            throw Failure($"application/problem+json, got {MediaType}");
        }

        Has("status", Status).Has("type", "https://meterfunctions.dev/problems/" + String("code"));
        return String("title").Length > 0 ? this : throw Failure("a title");
    }

    /// <summary>A failure of the test that says what was sent, what was expected and what came.</summary>
    public Exception Failure(string expected) =>
        new Xunit.Sdk.XunitException($"{Cut(request)}\n  → {Status} {Cut(Text)}\n  expected: {expected}");

    private static string Cut(string text) => text.Length <= MaxLengthInMessage ? text : text[..MaxLengthInMessage] + "…";

    private static bool Same(JsonElement actual, object? expected) => expected switch
    {
        null => actual.ValueKind == JsonValueKind.Null,
        bool flag => actual.ValueKind == (flag ? JsonValueKind.True : JsonValueKind.False),
        string text => actual.ValueKind == JsonValueKind.String && actual.GetString() == text,
        DateTimeOffset time => actual.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParse(actual.GetString(), CultureInfo.InvariantCulture, out var other) && other == time,
        _ => actual.ValueKind == JsonValueKind.Number && actual.GetDecimal() == Convert.ToDecimal(expected, CultureInfo.InvariantCulture),
    };

    private bool TryFind(string path, out JsonElement value)
    {
        value = Json;
        foreach (var part in path.Split('.'))
        {
            if (
                value.ValueKind == JsonValueKind.Array && int.TryParse(part, CultureInfo.InvariantCulture, out var index)
                    && index < value.GetArrayLength())
            {
                value = value[index];
            }
            else if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(part, out value))
            {
                return false;
            }
        }

        return true;
    }
}
