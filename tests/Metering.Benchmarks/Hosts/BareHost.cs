using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Metering.Benchmarks;

/// <summary>
/// The limit: Kestrel with one route that authenticates nobody and counts nothing. It parses the body of a consume and answers
/// with ready bytes, as many as the meter's answer has.
/// </summary>
internal static class BareHost
{
    public static WebApplication Build(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add(url);
        app.MapPost(Routes.Consume, (RequestDelegate)AnswerAsync);
        return app;
    }

    private static async Task AnswerAsync(HttpContext http)
    {
        var reader = http.Request.BodyReader;
        var read = await reader.ReadAsync(http.RequestAborted);
        while (!read.IsCompleted)
        {
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await reader.ReadAsync(http.RequestAborted);
        }

        var body = Parse(read.Buffer);
        reader.AdvanceTo(read.Buffer.End);
        var response = http.Response;
        if (body is not { FeatureCode.Length: > 0 })
        {
            response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        response.ContentType = "application/json";
        response.ContentLength = Answer.Length;
        response.Headers["RateLimit-Policy"] = "\"quota\";q=1000000000000;w=2592000";
        response.Headers["RateLimit"] = "\"quota\";r=999999999959;t=2591999";
        response.BodyWriter.Write(Answer);
    }

    private static ConsumeBody? Parse(ReadOnlySequence<byte> body) => body.IsSingleSegment
        ? JsonSerializer.Deserialize(body.FirstSpan, BareJson.Default.ConsumeBody)
        : JsonSerializer.Deserialize(body.ToArray(), BareJson.Default.ConsumeBody);

    private static ReadOnlySpan<byte> Answer =>
        """
        {"allowed":true,"feature_code":"api_calls","kind":"metered","amount":1,"reason":null,"used":41,"limit":1000000000000,"allowance":1000000000000,"held":0,"remaining":999999999959,"overage":0,"unlimited":false,"level":"normal","policy":"deny","period":{"start":"2026-11-01T00:00:00Z","end":"2026-12-01T00:00:00Z"},"resets_at":"2026-12-01T00:00:00Z","cost":0,"balance":null,"sequence":77,"signals":[]}
        """u8;
}

/// <summary>The body of a consume, as the contract has it.</summary>
internal sealed record ConsumeBody
{
    public string? FeatureCode { get; init; }

    public decimal? Amount { get; init; }

    public string? Key { get; init; }

    public string? EventId { get; init; }

    public string? Fingerprint { get; init; }

    public string? UserId { get; init; }

    public JsonElement? Metadata { get; init; }

    public bool? AllowPartial { get; init; }
}

/// <summary>How the bare host reads bodies.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ConsumeBody))]
internal sealed partial class BareJson : JsonSerializerContext;
