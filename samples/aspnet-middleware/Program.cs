using Samples.AspNetMiddleware;

var app = WeatherApi.Build(args);
await app.RunAsync();
