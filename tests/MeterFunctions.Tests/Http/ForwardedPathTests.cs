using MeterFunctions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MeterFunctions.Tests.Http;

/// <summary>The Functions host encodes paths anew, so how one came here says nothing of what was sent.</summary>
public sealed class ForwardedPathTests
{
    [Fact]
    public void How_a_path_came_here_is_forgotten()
    {
        var http = new DefaultHttpContext();
        var request = http.Features.GetRequiredFeature<IHttpRequestFeature>();
        request.RawTarget = "/api/v1/license/machines/a%252fb";

        ForwardedPath.Forget(http);

        Assert.Equal("", request.RawTarget);
    }
}
