using System.Net;
using System.Net.Sockets;
using Azure.Messaging.EventHubs;
using MeterFunctions.Hosting;
using MeterFunctions.Ingest;
using Metering;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace MeterFunctions.Tests.Ingest;

public sealed class HubEventIntakeTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    public static TheoryData<Exception> Faults => new()
    {
        new SocketException((int)SocketError.HostNotFound),
        new IOException("The connection was closed."),
        new TimeoutException("The operation did not complete in time."),
        new UnauthorizedAccessException("The token is not valid."),
        new EventHubsException(isTransient: true, "usage", EventHubsException.FailureReason.ServiceBusy),
        new Azure.Identity.CredentialUnavailableException("There is no managed identity here."),
    };

    [Fact]
    public async Task Events_of_one_customer_go_out_in_their_order_with_one_key()
    {
        var hub = new HubInMemory();
        await using var intake = Intake(hub);

        var result = await intake.TakeAsync([.. Events(5, "lic_a"), .. Events(5, "lic_b")], default);

        Assert.Equal((10, 0), (result.Accepted, result.Rejected.Count));
        Assert.All(["lic_a", "lic_b"], license => Assert.Equal(
            [0, 1, 2, 3, 4],
            hub.Sent.Where(sent => sent.Body.Contains(license, StringComparison.Ordinal)).Select(sent => sent.Number)));
        Assert.Single(hub.Sent.Where(sent => sent.Body.Contains("lic_a", StringComparison.Ordinal)).Select(sent => sent.Key).Distinct());
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_hub_that_is_not_there_takes_nothing_and_all_are_busy(Exception fault)
    {
        var hub = new HubInMemory { Fault = fault, FailsFrom = 0 };
        await using var intake = Intake(hub);

        var result = await intake.TakeAsync(Events(3, "lic_a"), default);

        Assert.Equal(0, result.Accepted);
        Assert.Equal([(0, "busy"), (1, "busy"), (2, "busy")], result.Rejected.Select(one => (one.Event.Index, one.Code)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_sent_before_a_hub_fails_is_accepted_and_the_rest_is_busy(bool whenOpening)
    {
        // Two events a message: one went out, then the hub fails at the next message, or before there is one.
        var hub = new HubInMemory { MaxEvents = 2, Fault = new SocketException(), FailsFrom = 1, FailsWhenOpening = whenOpening };
        await using var intake = Intake(hub);

        var result = await intake.TakeAsync(Events(5, "lic_a"), default);

        Assert.Equal([0, 1], hub.Sent.Select(sent => sent.Number));
        Assert.Equal(2, result.Accepted);
        Assert.Equal([(2, "busy"), (3, "busy"), (4, "busy")], result.Rejected.Select(one => (one.Event.Index, one.Code)));
    }

    [Fact]
    public async Task An_event_that_is_too_large_is_refused_and_the_others_go_out()
    {
        var hub = new HubInMemory { MaxBytes = 500 };
        await using var intake = Intake(hub);
        var events = Events(5, "lic_a");
        events[2] = events[2] with { UserId = new string('x', 600) };

        var result = await intake.TakeAsync(events, default);

        Assert.Equal([0, 1, 3, 4], hub.Sent.Select(sent => sent.Number));
        Assert.Equal((2, RefusalCode.InvalidRequest), (Assert.Single(result.Rejected).Event.Index, result.Rejected[0].Code));
    }

    [Fact]
    public async Task A_hub_that_fails_after_an_event_that_is_too_large_rejects_it_once()
    {
        var hub = new HubInMemory { MaxBytes = 500, Fault = new SocketException(), FailsFrom = 1 };
        await using var intake = Intake(hub);
        var events = Events(3, "lic_a");
        events[1] = events[1] with { UserId = new string('x', 600) };

        var result = await intake.TakeAsync(events, default);

        Assert.Equal(1, result.Accepted);
        Assert.Equal([(1, RefusalCode.InvalidRequest), (2, "busy")], result.Rejected.Select(one => (one.Event.Index, one.Code)));
    }

    [Fact]
    public async Task A_hub_that_does_not_answer_is_waited_for_as_long_as_a_request_waits()
    {
        var hub = new HubInMemory { Hangs = true };
        await using var intake = Intake(hub, TimeSpan.FromMilliseconds(50));

        var result = await intake.TakeAsync(Events(3, "lic_a"), default);

        Assert.Equal([(0, "busy"), (1, "busy"), (2, "busy")], result.Rejected.Select(one => (one.Event.Index, one.Code)));
    }

    [Fact]
    public async Task A_caller_who_has_gone_is_not_told_busy()
    {
        using var gone = new CancellationTokenSource();
        var hub = new HubInMemory { Hangs = true, OnHanging = gone.Cancel };
        await using var intake = Intake(hub);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await intake.TakeAsync(Events(3, "lic_a"), gone.Token));
    }

    [Fact]
    public async Task A_fault_of_ours_is_not_told_as_busy()
    {
        await using var intake = Intake(new HubInMemory { Fault = new InvalidOperationException("A bug."), FailsFrom = 0 });

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await intake.TakeAsync(Events(3, "lic_a"), default));
    }

    [Fact]
    public async Task Events_for_a_hub_that_cannot_be_reached_are_busy()
    {
        // A port on which nobody listens any more.
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        var port = ((IPEndPoint)socket.LocalEndpoint).Port;
        socket.Stop();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            [HubConnection.Setting] = $"Endpoint=sb://localhost:{port};SharedAccessKeyName=k;SharedAccessKey=c2VjcmV0;UseDevelopmentEmulator=true;",
            [HubConnection.HubSetting] = "usage",
        }).Build();
        await using var intake = Intake(
            HubConnection.Open(configuration, new FunctionsOptions { AnswerWaitMilliseconds = 500 }), TimeSpan.FromMilliseconds(500));

        var result = await intake.TakeAsync(Events(2, "lic_a"), default);

        Assert.Equal([(0, "busy"), (1, "busy")], result.Rejected.Select(one => (one.Event.Index, one.Code)));
    }

    private static HubEventIntake Intake(Azure.Messaging.EventHubs.Producer.EventHubProducerClient hub, TimeSpan? wait = null) =>
        new(hub, wait ?? Wait, TimeProvider.System, NullLogger<HubEventIntake>.Instance);

    private static List<UsageEvent> Events(int count, string license) =>
    [
        .. Enumerable.Range(0, count).Select(i =>
            new UsageEvent { Index = i, EventId = $"evt_{i}", Metric = "calls", LicenseId = license, Quantity = 1 }),
    ];
}
