using Metering.Server.Engine;

namespace Metering.Server.Tests.Engine;

/// <summary>What the receiver of a mailbox gets before its end.</summary>
public sealed class MailboxTests
{
    [Fact]
    public void A_wake_that_came_before_the_end_is_not_lost()
    {
        var mailbox = new Mailbox<int>(10);
        var taken = new List<int>();
        Assert.True(mailbox.TryPost(1));
        mailbox.Wake();
        mailbox.Close();

        Assert.True(mailbox.Drain(taken, 10));
        Assert.Equal([1], taken);
        Assert.False(mailbox.Drain(taken, 10));

        mailbox.Wake();
        Assert.True(mailbox.Drain(taken, 10));
        Assert.Empty(taken);
        Assert.False(mailbox.Drain(taken, 10));
        Assert.False(mailbox.TryPost(2));
    }
}
