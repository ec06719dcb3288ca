using System.Net;
using MeterFunctions.Http;
using Microsoft.AspNetCore.Http;

namespace MeterFunctions.Tests.Http;

/// <summary>The platform says who calls, behind what the caller says itself.</summary>
public sealed class ForwardedAddressTests
{
    [Theory]
    [InlineData("192.0.2.7:5000", "192.0.2.7", true)]
    [InlineData("203.0.113.1, 192.0.2.7:5000", "192.0.2.7", true)]
    [InlineData("[2001:db8::7]:5000", "2001:db8::7", true)]
    [InlineData("nonsense", "127.0.0.1", false)]
    [InlineData(null, "127.0.0.1", false)]
    public void The_last_address_calls_and_that_it_was_used_can_be_seen(string? forwarded, string caller, bool isUsed)
    {
        var http = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Loopback } };
        http.Request.Headers["X-Forwarded-For"] = forwarded;

        ForwardedAddress.Use(http);

        Assert.Equal(IPAddress.Parse(caller), http.Connection.RemoteIpAddress);
        Assert.Equal(isUsed, http.Request.Headers["X-Original-For"] == "127.0.0.1");
    }
}
