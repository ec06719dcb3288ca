using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Metering.Api;

/// <summary>A route that a method of <typeparamref name="THandlers"/> answers.</summary>
/// <remarks>
/// The table of routes is the same in every process; the handlers, with the ports in their constructors, are the host's own, made once.
/// </remarks>
internal sealed class RouteTo<THandlers> : ApiRoute
    where THandlers : class
{
    private readonly Func<THandlers, ApiCall, Task> _answer;

    public RouteTo(string name, string method, string pattern, Access access, Func<THandlers, ApiCall, Task> answer)
        : this(name, [method], pattern, access, answer)
    {
    }

    public RouteTo(string name, string[] methods, string pattern, Access access, Func<THandlers, ApiCall, Task> answer)
        : base(name, methods, pattern, access)
    {
        _answer = answer;
    }

    internal override void Register(IServiceCollection services) => services.TryAddSingleton<THandlers>();

    private protected override Task AnswerAsync(ApiCall call, IServiceProvider services) =>
        _answer(services.GetRequiredService<THandlers>(), call);
}
