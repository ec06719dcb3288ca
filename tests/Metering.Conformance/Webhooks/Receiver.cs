using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Metering.Conformance.Webhooks;

/// <summary>A receiver of webhooks: an HTTP server in this process that keeps what it is sent and answers with one status.</summary>
public sealed class Receiver : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly WebApplication app;
    private readonly Channel<Message> messages = Channel.CreateUnbounded<Message>();

    private Receiver(WebApplication app, int status)
    {
        this.app = app;
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var body = await reader.ReadToEndAsync();
            string Header(string name) => context.Request.Headers[name].ToString();
            await messages.Writer.WriteAsync(
                new Message(Header("webhook-id"), Header("webhook-timestamp"), Header("webhook-signature"), body));
            context.Response.StatusCode = status;
        });
    }

    public string Url => app.Urls.First() + "/hook";

    public static async Task<Receiver> StartAsync(int status = StatusCodes.Status204NoContent)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new Receiver(builder.Build(), status);
        await receiver.app.StartAsync();
        return receiver;
    }

    /// <summary>The next message that is meant; others, of tests that run at the same time, are passed over.</summary>
    public async Task<Message> Next(Func<Message, bool> isMeant)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var message = await messages.Reader.ReadAsync(patience.Token);
            if (isMeant(message))
            {
                return message;
            }
        }
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
