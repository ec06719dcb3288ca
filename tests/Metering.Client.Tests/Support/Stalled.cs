using System.Net;

namespace Metering.Client.Tests.Support;

/// <summary>Answers with a body that begins and then stops, as often as is asked for; what comes after it is whole.</summary>
public sealed class Stalled(HttpStatusCode status, string body, int times = int.MaxValue) : HttpMessageHandler
{
    private int _sent;

    /// <summary>How many requests came.</summary>
    public int Sent => Volatile.Read(ref _sent);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var whole = Interlocked.Increment(ref _sent) > times;
        HttpContent content = whole ? new StringContent(body) : new StreamContent(new Beginning());
        return Task.FromResult(new HttpResponseMessage(status) { Content = content, RequestMessage = request });
    }

    private sealed class Beginning : Stream
    {
        private bool _begun;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_begun)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            _begun = true;
            buffer.Span[0] = (byte)'{';
            return 1;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();
    }
}
