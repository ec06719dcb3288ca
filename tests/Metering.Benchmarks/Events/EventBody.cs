using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Metering.Benchmarks;

/// <summary>Bodies of NDJSON, one event a line, each with an id that no other one has.</summary>
/// <param name="licenses">Ids of the licenses, all of one length.</param>
/// <param name="events">Events in a body.</param>
/// <param name="spread">How many licenses the events of a body are of; a producer that is a gateway has few.</param>
/// <param name="seed">By which licenses are taken.</param>
internal sealed class EventBody(string[] licenses, int events, int spread, int seed)
{
    private const string NumberFormat = "D12";
    private const int NumberDigits = 12;

    // One a producer, so that the ids of several are different.
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];
    private readonly Random _random = new(seed);
    private long _number;

    /// <summary>The next body.</summary>
    public byte[] Next()
    {
        var line = Encoding.UTF8.GetBytes(
            $$"""{"license_id":"{{licenses[0]}}","metric":"{{LoadedLicense.Feature}}","quantity":1,"occurred_at":"{{Now}}","event_id":"{{_run}}-{{_number.ToString(NumberFormat, CultureInfo.InvariantCulture)}}"}""" + "\n");
        var licenseAt = line.AsSpan().IndexOf(Encoding.UTF8.GetBytes(licenses[0]));
        var numberAt = line.Length - NumberDigits - "\"}\n".Length;
        var body = new byte[events * line.Length];
        var from = _random.Next(licenses.Length);
        for (var i = 0; i < events; i++)
        {
            var place = body.AsSpan(i * line.Length, line.Length);
            line.CopyTo(place);
            Encoding.UTF8.GetBytes(licenses[(from + _random.Next(spread)) % licenses.Length], place[licenseAt..]);
            Utf8Formatter.TryFormat(_number++, place[numberAt..], out _, new System.Buffers.StandardFormat('D', NumberDigits));
        }

        return body;
    }

    private static string Now => DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
