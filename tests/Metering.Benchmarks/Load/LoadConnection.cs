using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Metering.Benchmarks;

/// <summary>One keep-alive connection of the client, with one request under way at a time.</summary>
internal sealed class LoadConnection : IDisposable
{
    private const int BufferBytes = 16 * 1024;
    private readonly LoadRun _run;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly SocketAsyncEventArgs _receive = new();
    private readonly byte[] _request;
    private readonly byte[] _answer = new byte[BufferBytes];
    private int _received;
    private long _sent;

    public LoadConnection(LoadRun run)
    {
        _run = run;
        _request = run.Template.NewRequest();
        _receive.SetBuffer(_answer, 0, BufferBytes);
        _receive.Completed += (_, _) => Continue();
    }

    public async Task ConnectAsync(EndPoint address) => await _socket.ConnectAsync(address);

    public void Start()
    {
        try
        {
            Send();
            Receive();
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            _run.Failed(e);
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _receive.Dispose();
    }

    private void Continue()
    {
        try
        {
            if (Take())
            {
                Receive();
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            _run.Failed(e);
        }
    }

    private void Send()
    {
        _run.Fill(_request);
        _sent = Stopwatch.GetTimestamp();

        // A request is far smaller than the socket's buffer, which is empty: it goes at once.
        _socket.Send(_request);
    }

    private void Receive()
    {
        do
        {
            _receive.SetBuffer(_received, BufferBytes - _received);
            if (_socket.ReceiveAsync(_receive))
            {
                return;
            }
        }
        while (Take());
    }

    // False when the connection has ended.
    private bool Take()
    {
        if (_receive.SocketError != SocketError.Success || _receive.BytesTransferred == 0)
        {
            throw new InvalidOperationException($"The host closed a connection ({_receive.SocketError}).");
        }

        _received += _receive.BytesTransferred;
        var answer = _answer.AsSpan(0, _received);
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return true;
        }

        if (!answer.StartsWith("HTTP/1.1 200"u8))
        {
            throw new InvalidOperationException($"The host answered: {Encoding.UTF8.GetString(answer)}");
        }

        var length = head + 4 + ContentLength(answer[..head]);
        if (_received < length)
        {
            return true;
        }

        _received = 0;
        if (!_run.Take(_sent, Stopwatch.GetTimestamp(), length))
        {
            _run.Ended();
            return false;
        }

        Send();
        return true;
    }

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        if (at < 0)
        {
            throw new InvalidOperationException($"The host answered without a length: {Encoding.UTF8.GetString(head)}");
        }

        var length = 0;
        foreach (var digit in head[(at + "Content-Length: ".Length)..])
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                break;
            }

            length = (length * 10) + digit - '0';
        }

        return length;
    }
}
