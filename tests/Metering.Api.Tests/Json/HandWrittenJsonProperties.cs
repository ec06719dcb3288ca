using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Metering.Tests.Properties;
using Metering.Tests.Support;

namespace Metering.Api.Tests;

/// <summary>What is written or hashed by hand, for speed, says what the serializer would say.</summary>
public sealed class HandWrittenJsonProperties
{
    private const int Histories = 100;
    private const int Cases = 500;

    private static Gen<UseRequest> Uses =>
        from feature in Gen.Elements(null, "calls", "jobs")
        from amount in Gen.Elements<decimal?>(null, 1, 1.0m, 2, 0)
        from key in Gen.Elements(null, "a", "b")
        from eventId in Gen.Elements(null, "a", "b")
        from user in Gen.Elements(null, "a")
        from metadata in Gen.Elements(null, "null", "{}", """{"a":1}""", """{"a":1.0}""", """{"a":"1"}""", """{"b":[],"a":1}""")
        from partial in Gen.Elements<bool?>(null, false, true)
        select new UseRequest
        {
            FeatureCode = feature,
            Amount = amount,
            Key = key,
            EventId = eventId,
            UserId = user,
            Metadata = metadata is null ? null : JsonDocument.Parse(metadata).RootElement,
            AllowPartial = partial,
        };

    [Fact]
    public void An_answer_is_written_as_the_serializer_writes_it() => Samples.Check("answers", Histories, History.Any, history =>
        Playing.Run(history, (_, _, _, outcome) =>
        {
            foreach (var answer in Answers(outcome.Answer))
            {
                Assert.Equal(JsonSerializer.Serialize(answer, SerializerForm.Escaped), Written(json => UsageJson.Write(json, answer)));
            }
        }));

    [Fact]
    public void Uses_have_one_hash_where_the_serializers_form_has_one() => Samples.Check(
        "hashes", Cases, from one in Uses from other in Uses select (one, other), pair =>
            Assert.Equal(ByType(pair.one) == ByType(pair.other), ByHand(pair.one) == ByHand(pair.other)));

    [Fact]
    public void A_threshold_reads_back_as_it_was_written() => Samples.Check(
        "documents", Cases, from value in Samples.Amounts from percent in Gen.Elements(true, false) select new Threshold(value, percent),
        threshold =>
        {
            var tier = new TierDocument { From = threshold };
            var json = JsonSerializer.Serialize(tier, ApiJson.Default.TierDocument);
            Assert.Equal(threshold, JsonSerializer.Deserialize(json, ApiJson.Default.TierDocument)!.From);
        });

    private static ImmutableArray<UsageAnswer> Answers(Answer answer) => answer switch
    {
        UsageAnswer usage => [usage],
        Refusal { Usage: { } usage } => [usage],
        LicenseUsage license => license.Features,
        _ => [],
    };

    private static string Written(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string ByHand(UseRequest use)
    {
        var hash = RequestHash.Begin();
        ((IHashedRequest)use).AddTo(hash);
        return hash.Finish();
    }

    private static string ByType(UseRequest use)
    {
        var hash = RequestHash.Begin();
        RequestForm.Add(hash, use, ApiJson.Default.UseRequest);
        return hash.Finish();
    }
}
