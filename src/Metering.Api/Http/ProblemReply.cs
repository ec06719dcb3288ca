using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Metering.Api;

/// <summary>Writes problem documents (RFC 9457), and JSON:API errors for the routes that speak it.</summary>
internal static class ProblemReply
{
    public static Task SendAsync(HttpContext http, Problem problem, bool jsonApi = false)
    {
        WriteHeaders(http.Response, problem);
        var reply = JsonReply.Begin();
        if (jsonApi)
        {
            var (status, code) = JsonApiCode(problem);
            WriteJsonApi(reply.Json, problem, status, code);
            return reply.SendAsync(http, status, JsonReply.JsonApiType);
        }

        Write(reply.Json, problem);
        return reply.SendAsync(http, problem.Status, JsonReply.ProblemType);
    }

    private static void WriteHeaders(HttpResponse response, Problem problem)
    {
        var headers = response.Headers;

        // Set by who was about to make something: a refusal has made nothing that could be there.
        headers.Remove(HeaderNames.Location);
        if (problem.RetryAfterSeconds is { } seconds)
        {
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        // Allow is a must with 405, WWW-Authenticate with 401 (RFC 9110, 15.5.6 and 15.5.2). Accept-Encoding tells a 415 for the coding
        // from one for the media type (15.5.16).
        if (problem.Allow is not null)
        {
            headers.Allow = problem.Allow;
        }

        if (problem.AcceptEncoding is not null)
        {
            headers.AcceptEncoding = problem.AcceptEncoding;
        }

        if (problem.Status == StatusCodes.Status401Unauthorized)
        {
            headers.WWWAuthenticate = "License, Bearer";
        }
    }

    private static void Write(Utf8JsonWriter json, Problem problem)
    {
        json.WriteStartObject();
        json.WriteString("type", ProblemCode.TypePrefix + problem.Code);
        json.WriteString("title", ProblemCode.TitleOf(problem.Code));
        json.WriteNumber("status", problem.Status);
        json.WriteString("detail", problem.Detail);
        json.WriteString("code", problem.Code);
        if (!problem.Errors.IsEmpty)
        {
            json.WriteStartArray("errors");
            foreach (var error in problem.Errors)
            {
                json.WriteStartObject();
                json.WriteString("pointer", error.Pointer);
                json.WriteString("detail", error.Detail);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        // As extension members (RFC 9457, 3.2), with the names of the usage answer: a client reads an answer and a refusal in one way.
        if (problem.Usage is not null)
        {
            UsageJson.WriteFields(json, problem.Usage);
        }

        if (problem.Cores is { } cores)
        {
            json.WriteNumber("total_cores", Amount.Normalize(cores.TotalCores));
            if (cores.MaxCores is { } most)
            {
                json.WriteNumber("max_cores", Amount.Normalize(most));
            }

            json.WriteNumber("cores", Amount.Normalize(cores.Cores));
        }

        if (problem.EventId is not null)
        {
            json.WriteString("event_id", problem.EventId);
        }

        json.WriteEndObject();
    }

    // Clients of Keygen wait for this status and code at the limit; our own code would be an unknown error to them.
    private static (int Status, string Code) JsonApiCode(Problem problem) => problem.Code == RefusalCode.QuotaExceeded
        ? (StatusCodes.Status422UnprocessableEntity, "LICENSE_USAGE_LIMIT_EXCEEDED")
        : (problem.Status, problem.Code.ToUpperInvariant());

    private static void WriteJsonApi(Utf8JsonWriter json, Problem problem, int status, string code)
    {
        json.WriteStartObject();
        json.WriteStartArray("errors");
        if (problem.Errors.IsEmpty)
        {
            WriteJsonApiError(json, status, code, problem, null);
        }

        foreach (var error in problem.Errors)
        {
            WriteJsonApiError(json, status, code, problem, error);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteJsonApiError(Utf8JsonWriter json, int status, string code, Problem problem, FieldError? error)
    {
        json.WriteStartObject();
        // JSON:API wants the status as a string.
        json.WriteString("status", status.ToString(CultureInfo.InvariantCulture));
        json.WriteString("title", ProblemCode.TitleOf(problem.Code));
        json.WriteString("detail", error?.Detail ?? problem.Detail);
        json.WriteString("code", code);
        if (error is not null)
        {
            json.WriteStartObject("source");
            json.WriteString("pointer", error.Pointer);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
