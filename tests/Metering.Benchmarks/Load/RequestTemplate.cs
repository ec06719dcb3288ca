using System.Buffers.Text;
using System.Text;

namespace Metering.Benchmarks;

/// <summary>
/// The bytes of a request, with fixed places for what differs from one request to the next: the license key and the idempotency key.
/// </summary>
internal sealed class RequestTemplate
{
    private const int NumberLength = 16;
    private static readonly string Body = """{"feature_code":"api_calls","amount":1}""";

    private readonly byte[] _bytes;
    private readonly int _licenseAt;
    private readonly int _numberAt;
    private readonly int _licenseLength;

    /// <param name="path">The path to post to.</param>
    /// <param name="authority">Host and port.</param>
    /// <param name="licenseLength">Length of every license key.</param>
    /// <param name="run">Sets the idempotency keys of one run apart from those of another; null: requests without them.</param>
    public RequestTemplate(string path, string authority, int licenseLength, string? run)
    {
        var head = $"POST {path} HTTP/1.1\r\nHost: {authority}\r\nAuthorization: License ";
        _licenseLength = licenseLength;
        _licenseAt = head.Length;
        var text = new StringBuilder(head).Append('x', licenseLength).Append("\r\n");
        if (run is not null)
        {
            text.Append("Idempotency-Key: ").Append(run).Append('-');
            _numberAt = text.Length;
            text.Append('0', NumberLength).Append("\r\n");
        }

        text.Append("Content-Type: application/json\r\nContent-Length: ").Append(Body.Length).Append("\r\n\r\n").Append(Body);
        _bytes = Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>A copy to be filled and sent again and again.</summary>
    public byte[] NewRequest() => (byte[])_bytes.Clone();

    public void SetLicense(byte[] request, ReadOnlySpan<byte> license)
    {
        if (license.Length != _licenseLength)
        {
            throw new ArgumentException(
                $"A license key has {license.Length} bytes; the template has room for {_licenseLength}.", nameof(license));
        }

        license.CopyTo(request.AsSpan(_licenseAt));
    }

    public void SetNumber(byte[] request, long number)
    {
        if (_numberAt > 0)
        {
            Utf8Formatter.TryFormat(number, request.AsSpan(_numberAt, NumberLength), out _, new('D', NumberLength));
        }
    }
}
