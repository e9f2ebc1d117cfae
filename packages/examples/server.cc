// An HTTP server that says what a response of the partner API is: it takes one as the body of a
// POST and answers with its verdict, ids, and where an error is, as JSON. Boost.Beast, coroutines.
//   server [PORT [THREADS]]    on 127.0.0.1; port 0: any that is free. Prints the port.
#include <algorithm>
#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <iostream>
#include <string>
#include <thread>

#include "leadscan/leadscan.h"

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr std::size_t kLargestBody = 64 << 10;

// Adds a member to what is answered. An escape of the document still is one in the answer.
void add(std::string& json, std::string_view name, std::string_view value, bool is_text = true) {
  json.append(json.empty() ? "{\"" : ",\"").append(name).append(is_text ? "\":\"" : "\":");
  json.append(value).append(is_text ? "\"" : "");
}

// `response` has views into `body`: what is to stay is copied into the answer.
std::string judge(const std::string& body) {
  // A thread reads one document at a time, whatever connection it came by: nothing here waits.
  thread_local leadscan::Parser parser({.max_document_bytes = kLargestBody});
  leadscan::LeadResponse response;
  const leadscan::Error error = parser.parse(body, response);
  const auto verdict = leadscan::verdict_of(error, response.family);
  std::string json;
  add(json, "verdict", verdict ? name_of(*verdict) : "out_of_memory");
  if (!error) {
    for (const auto& [name, text] : {std::pair{"partner_id", response.partner_lead_opportunity_id},
                                     {"ds_id", response.ds_lead_opportunity_id},
                                     {"trace_id", response.trace_id}})
      if (text.has_value()) add(json, name, text.raw(), !text.is_object());
  } else {  // members would be what could be read, and no promise
    const leadscan::Position at = leadscan::position_of(body, error.offset);
    add(json, "error", name_of(error.code));
    add(json, "member", json_pointer(error.field));
    for (auto [name, n] :
         {std::pair{"offset", error.offset}, {"line", at.line}, {"column", at.column}})
      add(json, name, std::to_string(n), false);
  }
  return json + "}\n";
}

asio::awaitable<void> serve(tcp::socket socket) {
  boost::beast::tcp_stream stream(std::move(socket));
  boost::beast::flat_buffer buffer;
  boost::system::error_code error;
  auto or_error = asio::redirect_error(asio::use_awaitable, error);
  for (bool keep = true; keep && !error;) {
    http::request_parser<http::string_body> request;  // which puts a body's pieces together
    request.body_limit(kLargestBody);
    stream.expires_after(std::chrono::seconds(30));
    co_await http::async_read(stream, buffer, request, or_error);
    const bool too_large = error == http::error::body_limit;
    if (error && !too_large) break;  // the client is gone, is late, or speaks no HTTP
    http::response<http::string_body> answer(http::status::ok, request.get().version());
    answer.set(http::field::content_type, "application/json");
    if (too_large) {
      answer.result(http::status::payload_too_large);
      answer.body() = "{\"verdict\":\"too_large\"}\n";
    } else if (request.get().method() != http::verb::post) {
      answer.result(http::status::method_not_allowed);
      answer.set(http::field::allow, "POST");
    } else {
      answer.body() = judge(request.get().body());
    }
    answer.keep_alive(keep = !too_large && request.get().keep_alive());
    answer.prepare_payload();
    co_await http::async_write(stream, answer, or_error);
  }
  // Unless the rest of a large body is read, closing resets the connection, and its answer is lost.
  boost::system::error_code ignored;
  stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  stream.expires_after(std::chrono::seconds(5));
  for (char rest[4096]; !error;) co_await stream.async_read_some(asio::buffer(rest), or_error);
}

int main(int count, char** words) {
  const int port = count > 1 ? std::stoi(words[1]) : 8080;
  const unsigned threads = count > 2 ? std::stoi(words[2]) : std::thread::hardware_concurrency();
  asio::thread_pool loop(std::max(1u, threads));
  asio::signal_set signals(loop, SIGINT, SIGTERM);
  signals.async_wait([&](auto...) { loop.stop(); });
  tcp::acceptor acceptor(loop, {asio::ip::address_v4::loopback(), asio::ip::port_type(port)});
  std::cout << acceptor.local_endpoint().port() << std::endl;
  const auto listen = [&]() -> asio::awaitable<void> {
    for (;;) {
      boost::system::error_code error;
      tcp::socket socket(asio::make_strand(loop));  // one thread at a time runs a connection
      co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
      asio::steady_timer pause(loop, std::chrono::milliseconds(100));
      if (error)  // no more file descriptors
        co_await pause.async_wait(asio::use_awaitable);
      else
        asio::co_spawn(socket.get_executor(), serve(std::move(socket)), asio::detached);
    }
  };
  asio::co_spawn(loop, listen, asio::detached);
  loop.join();
}
