using System.Net;
using System.Net.Sockets;

namespace Metering.Api.Tests.Webhooks;

/// <summary>
/// A receiver that answers so many requests on a connection and closes it when the next one comes, as one does that closes just when the
/// sender uses the connection again.
/// </summary>
internal sealed class ClosingReceiver : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private int _connections;

    public ClosingReceiver(int answersBeforeItCloses)
    {
        _listener.Start();
        _ = AcceptAsync(answersBeforeItCloses);
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/hook";

    public int Connections => Volatile.Read(ref _connections);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync(int answers)
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                Interlocked.Increment(ref _connections);
                _ = AnswerAsync(client, answers);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task AnswerAsync(TcpClient client, int answers)
    {
        using (client)
        {
            var stream = client.GetStream();
            for (var i = 0; i < answers; i++)
            {
                await ReadRequestAsync(stream);
                await stream.WriteAsync("HTTP/1.0 204 No Content\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
            }

            await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false);
        }
    }

    private static async Task ReadRequestAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        var length = 0;
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            {
                length = int.Parse(line["Content-Length:".Length..], System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        var body = new char[length];
        await reader.ReadBlockAsync(body);
    }
}
