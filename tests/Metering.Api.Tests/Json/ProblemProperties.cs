using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Metering.Tests.Properties;
using Metering.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Metering.Api.Tests;

/// <summary>A problem's body, written by hand, is what the serializer makes of its parts, and has no member twice (RFC 9457).</summary>
public sealed class ProblemProperties
{
    private const int Cases = 500;

    private static readonly string[] Codes = [.. ProblemCode.All.Order(StringComparer.Ordinal)];

    private static Gen<FieldError> Errors => from pointer in AnyText.Any from detail in AnyText.Any select new FieldError(pointer, detail);

    private static Gen<CoreTotals?> Cores =>
        from isThere in Gen.Elements(true, false)
        from total in Samples.Amounts
        from most in Samples.Amounts
        from isLimited in Gen.Elements(true, false)
        from own in Samples.Amounts
        select isThere ? new CoreTotals(total, isLimited ? most : null, own) : null;

    private static Gen<UsageAnswer?> Usages =>
        from isThere in Gen.Elements(true, false)
        from history in History.Of(8)
        select isThere ? LastUsage(history) : null;

    private static Gen<Problem> Problems =>
        from code in Gen.Elements(Codes)
        from detail in AnyText.Any
        from count in Gen.Choose(0, 3)
        from errors in Gen.ArrayOf(Errors, count)
        from usage in Usages
        from cores in Cores
        from eventId in AnyText.OrNull
        select new Problem(code, detail) { Errors = [.. errors], Usage = usage, Cores = cores, EventId = eventId };

    [Fact]
    public void A_problem_is_written_as_the_serializer_writes_its_parts() =>
        Samples.Check("problems", Cases, Problems, problem => Assert.Equal(Serialized(problem), Sent(problem, jsonApi: false)));

    [Fact]
    public void A_JSON_API_error_is_written_as_the_serializer_writes_its_parts() =>
        Samples.Check("json api errors", Cases, Problems, problem => Assert.Equal(SerializedErrors(problem), Sent(problem, jsonApi: true)));

    private static string Serialized(Problem problem)
    {
        var body = Node(new
        {
            type = ProblemCode.TypePrefix + problem.Code, title = ProblemCode.TitleOf(problem.Code), problem.Status, problem.Detail,
            problem.Code,
        });
        if (!problem.Errors.IsEmpty)
        {
            body.Add("errors", JsonSerializer.SerializeToNode(problem.Errors, SerializerForm.Sent));
        }

        Extend(body, problem.Usage);
        if (problem.Cores is { } cores)
        {
            body.Add("total_cores", JsonSerializer.SerializeToNode(cores.TotalCores, SerializerForm.Sent));
            if (cores.MaxCores is { } most)
            {
                body.Add("max_cores", JsonSerializer.SerializeToNode(most, SerializerForm.Sent));
            }

            body.Add("cores", JsonSerializer.SerializeToNode(cores.Cores, SerializerForm.Sent));
        }

        if (problem.EventId is not null)
        {
            body.Add("event_id", problem.EventId);
        }

        return body.ToJsonString(SerializerForm.Sent);
    }

    private static string SerializedErrors(Problem problem)
    {
        var isLimit = problem.Code == RefusalCode.QuotaExceeded;
        var status = (isLimit ? 422 : problem.Status).ToString(CultureInfo.InvariantCulture);
        var code = isLimit ? "LICENSE_USAGE_LIMIT_EXCEEDED" : problem.Code.ToUpperInvariant();
        var title = ProblemCode.TitleOf(problem.Code);
        object[] errors = problem.Errors.IsEmpty
            ? [new { status, title, problem.Detail, code }]
            : [.. problem.Errors.Select(error => new { status, title, error.Detail, code, source = new { error.Pointer } })];
        return JsonSerializer.Serialize(new { errors }, SerializerForm.Sent);
    }

    // Adding a member that is there already throws.
    private static void Extend(JsonObject body, UsageAnswer? usage)
    {
        foreach (var (name, value) in usage is null ? [] : Node(usage))
        {
            body.Add(name, value?.DeepClone());
        }
    }

    private static JsonObject Node<T>(T value) => JsonSerializer.SerializeToNode(value, SerializerForm.Sent)!.AsObject();

    private static UsageAnswer? LastUsage(History history)
    {
        UsageAnswer? last = null;
        Playing.Run(history, (_, _, _, outcome) => last = outcome.Answer switch
        {
            UsageAnswer usage => usage,
            Refusal { Usage: { } usage } => usage,
            _ => last,
        });
        return last;
    }

    private static string Sent(Problem problem, bool jsonApi)
    {
        using var body = new MemoryStream();
        var http = new DefaultHttpContext { Response = { Body = body } };
        // Nobody waits to be read: the body is memory.
        Assert.True(ProblemReply.SendAsync(http, problem, jsonApi).IsCompletedSuccessfully);
        Assert.True(http.Response.BodyWriter.FlushAsync().AsTask().IsCompletedSuccessfully);
        Assert.Equal(body.Length, http.Response.ContentLength);
        return System.Text.Encoding.UTF8.GetString(body.ToArray());
    }
}
