using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Metering.Api.Tests.Fuzz;

/// <summary>
/// What reads a text from outside takes any text: it says what it is or that it is none, in memory that the text's length bounds, and
/// what it takes is what the text says.
/// </summary>
public sealed class ReaderFuzzTests
{
    private const int Inputs = 8_000;
    private const int FewInputs = 2_000;

    // What a reader of a short text has no use for.
    private const long Little = 256 * 1024;

    // An event that can't be read is kept as text, and told with the places of what is wrong with it.
    private const long EventBytes = 8L * 1024 * 1024;

    private static readonly JsonObject Document = OpenApiDocument.Build();
    private static readonly SchemaValues Values = new(Document);

    private static Gen<byte[]> Plain => Damage.Of(Values.Like(Schema(nameof(EventDocument)), Examples(EventHandlers.NdjsonType)));

    private static Gen<byte[]> Cloud => Damage.Of(Values.Like(Schema(nameof(CloudEventDocument)), Examples(EventHandlers.CloudEventType)));

    [Fact]
    [Rule(1)]
    public void An_amount_is_read_exactly_or_refused() =>
        FuzzRun.Check("amounts", Inputs, Damage.Of(OddJson.Numbers), Little, bytes =>
        {
            var isAmount = Amount.TryParse(bytes, out var amount, out var why);
            Assert.Equal(isAmount, why is null);
            Assert.Equal(isAmount, Amount.TryParse(Encoding.ASCII.GetString(bytes), out var same, out _));
            Assert.Equal(amount, same);
            if (isAmount)
            {
                Assert.InRange(amount, -Amount.Max, Amount.Max);
                Assert.Equal(
                    ExactNumber.Of(Encoding.ASCII.GetString(bytes)), ExactNumber.Of(amount.ToString(CultureInfo.InvariantCulture)));
            }
        });

    [Fact]
    [Rule(2)]
    public void A_time_is_read_exactly_or_refused() =>
        FuzzRun.Check("times", Inputs, Damage.Of(OddJson.Times).Select(Encoding.UTF8.GetString), Little, text =>
        {
            if (UtcJsonConverter.TryParse(text, out var time))
            {
                var written = new byte[UtcJsonConverter.MaxWrittenLength];
                var length = UtcJsonConverter.Format(time, written);
                Assert.True(UtcJsonConverter.TryParse(Encoding.ASCII.GetString(written.AsSpan(0, length)), out var again));
                Assert.Equal(time, again);
                Assert.InRange(time.Year, 1970, 9000);
            }

            if (TimeOrDay.TryParse(text, out var either))
            {
                Assert.InRange(either.Year, 1970, 9000);
            }
        });

    [Fact]
    public void A_plain_event_is_an_event_or_a_problem() =>
        FuzzRun.Check("plain events", FewInputs, Plain, EventBytes, json => AssertOneOf(EventReader.Read(json, 3)));

    [Fact]
    public void A_CloudEvent_in_the_structured_form_is_an_event_or_a_problem() =>
        FuzzRun.Check("structured CloudEvents", FewInputs, Cloud, EventBytes, json =>
        {
            _ = CloudEventReader.IsStructured(json);
            AssertOneOf(CloudEventReader.Read(json, 3));
        });

    [Fact]
    public void A_CloudEvent_in_the_binary_form_is_an_event_or_a_problem() => FuzzRun.Check(
        "binary CloudEvents", FewInputs, from data in Plain from attributes in Gen.ArrayOf(Gen.OneOf(OddJson.Any, OddJson.Times), 6) select (data, attributes),
        EventBytes, made =>
        {
            string[] names = ["specversion", "id", "source", "type", "subject", "time"];
            AssertOneOf(CloudEventReader.ReadBinary(
                name => name == "specversion" ? "1.0" : CloudEventHeader.Decode(made.attributes[Array.IndexOf(names, name)], "/" + name), made.data));
        });

    [Fact]
    public void An_array_is_taken_apart_or_refused() => FuzzRun.Check(
        "arrays", FewInputs, Damage.Of(from events in Gen.ArrayOf(Plain.Select(Encoding.UTF8.GetString), 4) select $"[{string.Join(',', events)}]"),
        EventBytes, json =>
        {
            if (EventArray.Split(json, 3, out var events) is null)
            {
                Assert.InRange(events.Count, 0, 3);
                Assert.All(events, one => Assert.InRange(one.Length, 1, json.Length));
            }
        });

    [Fact]
    public void A_cursor_is_of_its_list_or_refused() => FuzzRun.Check(
        "cursors", FewInputs,
        Damage.Of(Gen.OneOf(
            Gen.Choose(0, int.MaxValue).Select(number => PageCursor.After("licenses", number)), Gen.Constant(PageCursor.After("others", 1)))),
        Little, bytes =>
        {
            try
            {
                Assert.InRange(PageCursor.ReadNumber("licenses", Encoding.UTF8.GetString(bytes)), 0, long.MaxValue - 1);
            }
            catch (FormatException refused)
            {
                Assert.Contains("licenses", refused.Message, StringComparison.Ordinal);
            }
        });

    private static void AssertOneOf(ReadEvent read)
    {
        Assert.True(read.Event is null ^ read.Problem is null);
        Assert.Equal(read.Event is null, read.Raw is not null);
    }

    private static JsonNode Schema(string name) => Document["components"]!["schemas"]![name]!;

    private static IEnumerable<JsonNode> Examples(string mediaType)
    {
        var example = Document["paths"]!["/api/events"]!["post"]!["requestBody"]!["content"]![mediaType]!["example"]!;
        return mediaType == EventHandlers.NdjsonType
            ? example.GetValue<string>().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)
            : [example];
    }
}
