using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Metering.Tests.Support;

namespace Metering.Api.Tests;

/// <summary>What is read by hand, token by token, is what the serializer's document says.</summary>
public sealed class JsonReaderProperties
{
    private const int Cases = 500;

    [Fact]
    public void An_array_is_taken_apart_as_a_document_has_its_items() =>
        Samples.Check("arrays", Cases, AnyText.Json(3), json =>
        {
            using var document = JsonDocument.Parse(json);
            var problem = EventArray.Split(AnyText.Bytes(json), int.MaxValue, out var events);
            Assert.Equal(document.RootElement.ValueKind == JsonValueKind.Array, EventArray.IsArray(AnyText.Bytes(json)));
            if (document.RootElement.ValueKind == JsonValueKind.Array)
            {
                Assert.Null(problem);
                Assert.Equal(
                    document.RootElement.EnumerateArray().Select(item => item.GetRawText()),
                    events.Select(one => System.Text.Encoding.UTF8.GetString(one.Span)));
            }
            else
            {
                Assert.NotNull(problem);
            }
        });

    [Fact]
    public void A_CloudEvent_is_known_by_the_member_that_a_document_has() =>
        Samples.Check(
            "cloud events", Cases, from json in AnyText.Json(3) from isNamed in Gen.Elements(true, false) select (json, isNamed), sample =>
            {
                var json = sample.isNamed ? $$"""{"a":{{sample.json}},"specversion":{{sample.json}}}""" : $$"""{"a":{"specversion":1},"b":{{sample.json}}}""";
                Assert.Equal(sample.isNamed, CloudEventReader.IsStructured(AnyText.Bytes(json)));
                Assert.False(CloudEventReader.IsStructured(AnyText.Bytes($"[{json}]")));
            });

    [Theory]
    [InlineData("""{"\ud800 and more":1,"specversion":"1.0"}""", true)]
    [InlineData("""{"\ud800 and more":1,"\u0073pecversion":"1.0"}""", true)]
    [InlineData("""{"\udc00 and more":1}""", false)]
    public void A_name_that_is_no_text_does_not_hide_what_an_event_is(string json, bool isCloudEvent) =>
        Assert.Equal(isCloudEvent, CloudEventReader.IsStructured(AnyText.Bytes(json)));

    [Fact]
    public void What_is_too_deep_lies_where_a_document_has_it() =>
        Samples.Check(
            "depths", Cases, from json in AnyText.Json(4) from around in Gen.Choose(JsonDepth.Max - 5, JsonDepth.Max + 1)
            select new string('[', around) + json + new string(']', around), json =>
            {
                using var document = JsonDocument.Parse(json);
                Assert.Equal(TooDeep(document.RootElement, "", 0), JsonDepth.FindTooDeep(AnyText.Bytes(json)));
            });

    [Theory]
    [InlineData("\\ud800", "\\ud800")]
    [InlineData("\\u0061", "a")]
    [InlineData("?", "\ufffd")]
    public void A_name_that_is_no_text_does_not_hide_what_is_too_deep(string written, string name)
    {
        var json = AnyText.Bytes($$"""{"{{written}}":""" + new string('[', JsonDepth.Max) + new string(']', JsonDepth.Max) + "}")
            .Select(one => one == '?' ? (byte)0xff : one).ToArray();
        Assert.StartsWith($"/{name}/0/", JsonDepth.FindTooDeep(json), StringComparison.Ordinal);
    }

    [Fact]
    public void A_half_of_a_surrogate_pair_is_found_where_a_document_cannot_read_a_text() =>
        Samples.Check("halves", Cases, from json in AnyText.Json(3) from half in Gen.Elements("\\ud800", "\\uDC00", "\\ud83d\\ude00", "\\\\ud800")
            select json.Replace("calls", half, StringComparison.Ordinal), json =>
            {
                using var document = JsonDocument.Parse(json);
                Assert.Equal(NoText(document.RootElement, ""), JsonText.FindFault(AnyText.Bytes(json)));
            });

    [Fact]
    public void A_reset_reads_back_as_it_was_written_and_as_the_serializer_would_write_it() =>
        Samples.Check(
            "resets", Cases, from interval in AnyText.Any from anchor in AnyText.OrNull from zone in AnyText.OrNull
            select new ResetDocument { Interval = interval, Anchor = anchor, TimeZone = zone }, reset =>
            {
                var terms = new AssignmentRequest { Reset = reset };
                var json = JsonSerializer.SerializeToElement(terms, ApiJson.Default.AssignmentRequest).GetProperty("reset").GetRawText();
                Assert.Equal(
                    reset.Anchor is null && reset.TimeZone is null
                        ? JsonSerializer.Serialize(reset.Interval)
                        : JsonSerializer.Serialize(Members(reset)),
                    json);
                var read = JsonSerializer.Deserialize($$"""{"reset":{{json}}}""", ApiJson.Default.AssignmentRequest)!.Reset!;
                Assert.Equal(
                    (reset.Interval, reset.Anchor, reset.TimeZone, 0), (read.Interval, read.Anchor, read.TimeZone, read.Faults.Count));
            });

    private static Dictionary<string, string?> Members(ResetDocument reset) =>
        new KeyValuePair<string, string?>[] { new("interval", reset.Interval), new("anchor", reset.Anchor), new("time_zone", reset.TimeZone) }
            .Where(member => member.Value is not null).ToDictionary();

    // The first, in the order of the text, as who reads the tokens comes upon it.
    private static string? TooDeep(JsonElement value, string pointer, int depth) => value.ValueKind switch
    {
        JsonValueKind.Array or JsonValueKind.Object when depth >= JsonDepth.Max => pointer,
        JsonValueKind.Array => value.EnumerateArray()
            .Select((item, at) => TooDeep(item, $"{pointer}/{at}", depth + 1)).FirstOrDefault(found => found is not null),
        JsonValueKind.Object => value.EnumerateObject()
            .Select(member => TooDeep(member.Value, $"{pointer}/{JsonFields.Escape(member.Name)}", depth + 1))
            .FirstOrDefault(found => found is not null),
        _ => null,
    };

    private static string? NoText(JsonElement value, string pointer)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return CanBeRead(value.GetString) ? null : pointer;
            case JsonValueKind.Array:
                return value.EnumerateArray().Select((item, at) => NoText(item, $"{pointer}/{at}")).FirstOrDefault(found => found is not null);
            case JsonValueKind.Object:
                // A name that is no text can't be a part of a pointer; the object that has it is.
                return value.EnumerateObject()
                    .Select(member => CanBeRead(() => member.Name) ? NoText(member.Value, $"{pointer}/{JsonFields.Escape(member.Name)}") : pointer)
                    .FirstOrDefault(found => found is not null);
            default:
                return null;
        }
    }

    private static bool CanBeRead(Func<string?> read)
    {
        try
        {
            return read() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
