using System.Net;

namespace Metering.Api.Tests.Webhooks;

public sealed class ReceiverAddressTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.1")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("fe80::1")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2002:7f00:1::")]
    public void Addresses_that_are_not_of_the_public_internet_are_closed(string address) =>
        Assert.False(ReceiverAddress.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.15.0.1")]
    [InlineData("172.32.0.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("64:ff9b::808:808")]
    public void Public_addresses_are_open(string address) => Assert.True(ReceiverAddress.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("https://hooks.example.com/meter", true)]
    [InlineData("https://8.8.8.8/meter", true)]
    [InlineData("http://hooks.example.com/meter", false)]
    [InlineData("https://localhost/meter", false)]
    [InlineData("https://api.localhost/meter", false)]
    [InlineData("https://127.0.0.1/meter", false)]
    [InlineData("https://2130706433/meter", false)]
    [InlineData("https://[::1]/meter", false)]
    [InlineData("https://[::ffff:10.0.0.1]/meter", false)]
    [InlineData("https://user:secret@hooks.example.com/", false)]
    [InlineData("ftp://hooks.example.com/", false)]
    [InlineData("hooks.example.com", false)]
    [InlineData("", false)]
    public void A_receiver_is_a_public_https_url(string url, bool expected) =>
        Assert.Equal(expected, ReceiverAddress.Problem(url, allowPrivate: false) is null);

    [Fact]
    public void Private_receivers_can_be_allowed() => Assert.Null(ReceiverAddress.Problem("http://127.0.0.1:9000/hook", allowPrivate: true));
}
