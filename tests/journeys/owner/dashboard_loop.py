    for service_url in SERVICES:
        try:
            response = requests.get(service_url, timeout=5)
            health_data['services'][service_url] = {
                'status': 'healthy' if response.status_code == 200 else 'unhealthy',
                'response_time': response.elapsed.total_seconds()
            }
        except:
            health_data['services'][service_url] = {
                'status': 'unreachable',
                'response_time': None
            }
