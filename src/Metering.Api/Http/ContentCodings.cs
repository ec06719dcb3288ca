using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>What <c>Content-Encoding</c> says of a body, and how its bytes are had back.</summary>
internal static class ContentCodings
{
    /// <summary>The codings that are taken, as <c>Accept-Encoding</c> names them.</summary>
    public const string Taken = "gzip, br";

    /// <summary>
    /// Most codings of one body: nobody needs more than one, and each one more multiplies what a few bytes can unfold to.
    /// </summary>
    private const int MaxCount = 2;

    private const string StrictSwitch = "System.IO.Compression.UseStrictValidation";

    /// <summary>
    /// Makes the runtime's readers refuse a stream that is cut off; without this they take its beginning for the whole. The runtime looks
    /// once, when it first decompresses, so this comes as the services are registered.
    /// </summary>
    public static void BeStrict() => AppContext.SetSwitch(StrictSwitch, true);

    /// <summary>The codings of a body in the order in which they were applied; empty where it came as it is.</summary>
    /// <exception cref="ProblemException">It has a coding that is not taken (415), or too many.</exception>
    public static IReadOnlyList<string> Of(HttpRequest request)
    {
        var header = request.Headers.ContentEncoding;
        if (header.Count == 0)
        {
            return [];
        }

        List<string> codings = [];
        const StringSplitOptions NamesOnly = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        foreach (var name in header.SelectMany(value => (value ?? "").Split(',', NamesOnly)))
        {
            switch (name.ToUpperInvariant())
            {
                // Meant for Accept-Encoding only (RFC 9110, 8.4.1), but it says nothing, and some clients send it.
                case "IDENTITY":
                    break;
                // x-gzip is to be taken as gzip (RFC 9110, 8.4.1.3). Codings are compared without case.
                case "GZIP" or "X-GZIP" or "BR":
                    codings.Add(name);
                    break;
                default:
                    throw Unsupported($"The body has the Content-Encoding {name}; it may be gzip or br.");
            }
        }

        return codings.Count <= MaxCount
            ? codings
            : throw Unsupported($"The body has {codings.Count} encodings one over the other; it may have at most {MaxCount}.");
    }

    /// <summary>The body with its codings undone. Every layer stops at the limit, so that no nesting of them unfolds without end.</summary>
    public static Stream Decode(Stream body, IReadOnlyList<string> codings, int most)
    {
        // The compressed bytes have the limit too: their length need not be told before.
        Stream decoded = new CappedStream(body, most);
        // The header lists codings in the order in which they were applied (RFC 9110, 8.4), so the last is undone first.
        for (var i = codings.Count - 1; i >= 0; i--)
        {
            decoded = codings[i].Equals("br", StringComparison.OrdinalIgnoreCase)
                ? new BrotliStream(decoded, CompressionMode.Decompress)
                : new GZipStream(decoded, CompressionMode.Decompress);

            // The last layer's bytes are counted by who reads them: a stream of lines is cut there, not refused.
            decoded = i > 0 ? new CappedStream(decoded, most) : decoded;
        }

        return decoded;
    }

    /// <summary>The body is not what its <c>Content-Encoding</c> says, or is cut off.</summary>
    public static ProblemException Broken(IReadOnlyList<string> codings) => new(new Problem(
        RefusalCode.InvalidRequest,
        $"The body is not what its Content-Encoding ({string.Join(", ", codings)}) says: it is damaged or cut off. Nothing was counted."));

    private static ProblemException Unsupported(string detail) =>
        new(new Problem(ProblemCode.UnsupportedMediaType, detail) { AcceptEncoding = Taken });
}
